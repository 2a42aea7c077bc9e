"""The words for citizens: where a request stands, what is sent of it, replies made ready.

Nothing here says what was asked for: a text message is read by whoever holds the phone.
"""

from collections.abc import Mapping

from pharmacy.rules.arabic import kept_upright
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.tracking import PUBLIC_STATES, PublicState
from pharmacy.web.language import N_, gettext, speaking

PUBLIC_WORDS: Mapping[PublicState, str] = {
    PublicState.RECEIVED: N_("received"),
    PublicState.PAPERS: N_("more papers are needed"),
    PublicState.STUDY: N_("under study"),
    PublicState.APPROVED: N_("approved"),
    PublicState.UNDER_WAY: N_("being carried out"),
    PublicState.REFUSED: N_("could not be granted"),
    PublicState.CLOSED: N_("finished"),
}
PUBLIC_ADVICE: Mapping[PublicState, str] = {
    PublicState.RECEIVED: N_("Your request is with us. You will be told when it goes on."),
    PublicState.PAPERS: N_(
        "Bring the missing papers to the place where you asked. Until then the request waits."
    ),
    PublicState.STUDY: N_("Your request is being looked into. Nothing is needed from you now."),
    PublicState.APPROVED: N_("Come with your identity card and the slip of the request."),
    PublicState.UNDER_WAY: N_("Part of it is done, and it goes on. Keep the slip of the request."),
    PublicState.REFUSED: N_("You may hear the reason, and appeal, at the place where you asked."),
    PublicState.CLOSED: N_("Nothing more is open. Tell us below if it was not really solved."),
}
REPLY_TEXTS: Mapping[PublicState, str] = {
    PublicState.RECEIVED: N_(
        "Your request %(number)s is recorded. We will tell you when it goes on."
    ),
    PublicState.PAPERS: N_(
        "To go on with your request %(number)s we need more papers. Please bring them to the place"
        " where you asked."
    ),
    PublicState.STUDY: N_("Your request %(number)s is being looked into. We will tell you."),
    PublicState.APPROVED: N_(
        "Your request %(number)s is approved. Please come with your identity card and the slip."
    ),
    PublicState.UNDER_WAY: N_(
        "Your request %(number)s is being carried out. Please keep the slip and come when it is"
        " time."
    ),
    PublicState.REFUSED: N_(
        "We are sorry: your request %(number)s could not be granted. You may appeal at the place"
        " where you asked."
    ),
    PublicState.CLOSED: N_(
        "Your request %(number)s is finished. Tell us if it was not really solved."
    ),
}


def public_word(state: RequestState) -> str:
    """Return where a request stands, as anybody may hear it."""
    return gettext(PUBLIC_WORDS[PUBLIC_STATES[state]])


def public_advice(state: RequestState) -> str:
    """Return what a citizen does next."""
    return gettext(PUBLIC_ADVICE[PUBLIC_STATES[state]])


def reply_text(number: str, state: RequestState) -> str:
    """Return the reply made ready for a state, in Arabic; whoever sends it may change it."""
    with speaking("ar"):
        return gettext(REPLY_TEXTS[PUBLIC_STATES[state]], number=number)


def reply_subject(number: str) -> str:
    """Return the subject of an e-mail to a citizen, in Arabic."""
    with speaking("ar"):
        return kept_upright(gettext("About your request %(number)s", number=number))


def step_text(number: str, state: RequestState, settings: Mapping[str, str]) -> str:
    """Return the text message of a change of state, in Arabic: number, state, where to track."""
    with speaking("ar"):
        where = tracking_address(settings)
        told = gettext(
            "Your request %(number)s: %(state)s.", number=number, state=public_word(state)
        )
        way = (
            gettext("Follow it at %(address)s", address=where)
            if where
            else gettext("Ask at %(hotline)s.", hotline=settings["hotline"])
        )
        return kept_upright(f"{told} {way}")


def tracking_address(settings: Mapping[str, str]) -> str:
    """Return the address of the public page, empty until the house has one of its own."""
    address = settings["public_address"].strip().rstrip("/")
    return f"{address}/track" if address.startswith(("https://", "http://")) else ""
