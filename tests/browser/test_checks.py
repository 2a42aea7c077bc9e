"""The 33 checks of the design, each beside the tests that prove it.

The last needs a person who has not seen the counter: it is done by hand, and not here.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BY_HAND = 33
CHECKS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "axe finds nothing, on every page, in both languages and every state",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            "browser/test_every_page.py::test_everybody_can_read_the_mistakes_of_a_form",
            "browser/test_every_page.py::test_everybody_can_read_a_page_on_which_nothing_is_yet",
            "browser/test_every_page.py::test_everybody_can_read_why_a_page_is_not_shown",
            "browser/test_counter.py::test_every_state_of_the_counter_can_be_read_by_everybody",
            "browser/test_sign_in_page.py::test_it_can_be_read_by_everybody",
        ),
    ),
    2: (
        "a repeat by scanner: two scans and one key",
        ("browser/test_counter_scan.py::test_a_repeat_takes_two_scans_and_one_key",),
    ),
    3: (
        "a new prescription of three lines: 35 keys at most, 17 with usual doses",
        ("browser/test_counter_keys.py::test_a_new_prescription_of_three_lines_takes_few_keys",),
    ),
    4: (
        "a scan on an Arabic layout, with each separator",
        (
            (
                "browser/test_counter_scan.py::"
                "test_a_pack_is_read_on_each_layout_however_its_scanner_separates"
            ),
            "browser/test_counter_scan.py::test_a_slow_computer_spoils_no_scan_in_the_box",
            "browser/test_scanner.py::test_a_pack_is_read_in_the_box_on_each_layout_with_each_separator",
        ),
    ),
    5: (
        "a scan while a quantity, a note or a button has the focus; the counter has no filter",
        (
            "browser/test_counter_scan.py::test_a_scan_leaves_whatever_has_the_focus_as_it_was",
            "browser/test_scanner.py::test_a_scan_while_another_field_has_the_cursor_leaves_it_as_it_was",
        ),
    ),
    6: (
        "Enter fifty times commits nothing",
        ("browser/test_counter_keys.py::test_enter_commits_nothing_however_often_it_is_pressed",),
    ),
    7: (
        "F9 twice, a lost reply, two windows: one dispensing",
        (
            "browser/test_counter_keys.py::test_a_double_press_dispenses_once",
            "browser/test_counter_drafts.py::test_a_lost_reply_is_no_second_dispensing",
            "browser/test_counter_drafts.py::test_two_windows_give_one_dispensing",
        ),
    ),
    8: (
        "the server killed after two lines has two lines",
        ("browser/test_counter_drafts.py::test_two_lines_outlive_a_kill_of_the_server",),
    ),
    9: (
        "offline: not dispensed, said so, nothing printed",
        (
            (
                "browser/test_counter_drafts.py::"
                "test_without_a_line_nothing_is_dispensed_nor_printed_and_it_says_so"
            ),
        ),
    ),
    10: (
        "the lock screen stays locked for product, unknown badge and Esc",
        (
            (
                "browser/test_counter_scan.py::"
                "test_a_badge_locks_and_on_the_lock_screen_only_badges_are_read"
            ),
            (
                "browser/test_counter_scan.py::"
                "test_badge_and_pin_bring_the_same_person_back_to_the_draft"
            ),
        ),
    ),
    11: (
        "Tab follows reading order; skip link first; no trap; Esc gives the focus back",
        (
            (
                "browser/test_every_page.py::"
                "test_every_page_is_walked_by_keyboard_from_the_skip_link_around"
            ),
            "browser/test_counter_layout.py::test_tab_follows_the_page_as_it_is_read",
            (
                "browser/test_counter_layout.py::"
                "test_escape_closes_what_is_open_and_gives_the_focus_back"
            ),
        ),
    ),
    12: (
        "the focus is seen and lies under nothing",
        (
            (
                "browser/test_counter_layout.py::"
                "test_every_stop_of_tab_can_be_seen_and_lies_under_nothing"
            ),
            (
                "browser/test_every_page.py::"
                "test_every_page_is_walked_by_keyboard_from_the_skip_link_around"
            ),
        ),
    ),
    13: (
        "1366x640, 1366x768, 1280x600: no page scroll, the bar in sight",
        (
            (
                "browser/test_counter_layout.py::"
                "test_the_counter_needs_no_scrolling_on_the_screens_it_is_made_for"
            ),
        ),
    ),
    14: (
        "at 200 % and 400 %: nothing scrolls sideways, the bar does not stick",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            (
                "browser/test_counter_layout.py::"
                "test_zoomed_in_or_on_a_telephone_it_scrolls_one_way_and_nothing_covers_it"
            ),
            "browser/test_sign_in_page.py::test_it_needs_no_sideways_scrolling_on_a_small_screen",
        ),
    ),
    15: (
        "on a telephone every page is usable",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            (
                "browser/test_everywhere.py::"
                "test_on_a_telephone_a_person_is_registered_and_found_and_the_file_read"
            ),
            (
                "browser/test_counter_layout.py::"
                "test_zoomed_in_or_on_a_telephone_it_scrolls_one_way_and_nothing_covers_it"
            ),
        ),
    ),
    16: (
        "targets of 24 px at least",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            "browser/test_counter.py::test_every_state_of_the_counter_can_be_read_by_everybody",
        ),
    ),
    17: (
        "text set wider apart is not cut",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            "browser/test_counter_layout.py::test_text_set_wider_apart_is_not_cut",
        ),
    ),
    18: (
        "no request to another host, a strict policy, nothing inline",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            "web/test_headers.py::test_every_answer_is_dressed",
            "house/test_surfaces.py::test_templates_hold_no_code_and_switch_no_escaping_off",
        ),
    ),
    19: (
        "weight of page, style sheet and scripts",
        ("browser/test_counter_layout.py::test_what_is_fetched_weighs_little_and_comes_from_here",),
    ),
    20: (
        "on a slow line and machine: measured by tests/browser/keys.py; no shift asserted here",
        ("browser/test_counter_layout.py::test_nothing_moves_while_the_page_comes",),
    ),
    21: (
        "usable without script",
        (
            (
                "browser/test_everywhere.py::"
                "test_without_script_a_pharmacist_searches_adds_and_dispenses"
            ),
            (
                "browser/test_everywhere.py::"
                "test_without_script_lists_are_filtered_forms_sent_and_reports_shown"
            ),
        ),
    ),
    22: (
        "receipt and labels on their paper, letters joined, figures in order",
        (
            (
                "browser/test_counter_print.py::"
                "test_the_receipt_is_one_strip_of_the_roll_and_each_label_a_label"
            ),
            "reports/test_arabic_on_paper.py::test_it_keeps_left_to_right_tokens_in_their_order",
        ),
    ),
    23: (
        "a report of 200 rows: head repeated, no row cut, pages numbered, black",
        (
            (
                "browser/test_counter_print.py::"
                "test_a_report_of_two_hundred_rows_repeats_its_head_and_numbers_its_pages"
            ),
            (
                "browser/test_counter_print.py::"
                "test_a_page_printed_by_the_browser_is_paper_and_not_a_screen"
            ),
            "reports/test_cost_report.py::test_paper_holds_every_row_and_the_total_to_the_piastre",
        ),
    ),
    24: (
        "no page mixes figures; no direction marks in files",
        (
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
            "browser/test_counter_print.py::test_files_hold_no_direction_marks",
        ),
    ),
    25: (
        "Arabic and Western figures are stored alike",
        ("browser/test_everywhere.py::test_arabic_and_western_figures_are_stored_alike",),
    ),
    26: (
        "spellings are folded: in Python, at the one server; the scripts fold nothing",
        (
            "rules/test_arabic.py::test_two_spellings_are_one",
            "browser/test_counter_keys.py::test_a_name_is_found_however_it_is_spelt",
        ),
    ),
    27: (
        "style sheets of both directions; no words outside the catalogue",
        (
            "house/test_surfaces.py::test_style_sheets_speak_of_start_and_end",
            "house/test_surfaces.py::test_templates_hold_no_words_outside_the_catalogue",
            "house/test_catalogue.py::test_every_message_has_its_arabic",
        ),
    ),
    28: (
        "plurals of 0, 1, 2, 3, 11, 100",
        (
            "web/test_language.py::test_counted_sentences_take_six_forms",
            "web/test_language.py::test_quantities_stand_in_the_right_number",
            "house/test_catalogue.py::test_counted_messages_have_all_six_forms",
        ),
    ),
    29: (
        "a figure opens the list it counts",
        (
            "browser/test_everywhere.py::test_a_figure_opens_the_lines_it_counts",
            "web/test_cost_report.py::test_each_figure_opens_lines_or_persons_that_add_up_to_it",
            "web/test_report_catalogue.py::test_what_a_figure_opens_holds_it",
            "web/test_dashboard.py::test_every_number_is_the_one_of_the_page_it_opens",
            "web/test_stock.py::test_the_bands_lead_to_what_expires_in_them",
        ),
    ),
    30: (
        "filter, reload, share: the same list",
        ("browser/test_everywhere.py::test_an_address_is_the_list_for_everybody_who_opens_it",),
    ),
    31: (
        "no console error, no error in the server's log: the fixtures of every browser test",
        (
            "browser/conftest.py::tab",
            "browser/conftest.py::served",
            "browser/conftest.py::demo",
            "browser/test_every_page.py::test_everybody_can_read_and_use_every_page",
        ),
    ),
    32: (
        "forced colours and reduced motion",
        (
            (
                "browser/test_counter_layout.py::"
                "test_it_can_be_read_in_forced_colours_and_stands_still_when_asked"
            ),
        ),
    ),
}


def test_every_check_but_the_one_by_hand_is_listed() -> None:
    assert sorted(CHECKS) == list(range(1, BY_HAND))


@pytest.mark.parametrize("number", CHECKS)
def test_the_tests_of_a_check_exist(number: int) -> None:
    for name in CHECKS[number][1]:
        path, _, function = name.partition("::")
        tree = ast.parse((ROOT / "tests" / path).read_text())
        known = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in known, name
