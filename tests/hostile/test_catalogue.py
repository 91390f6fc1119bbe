"""The catalogue of bad input, row by row: which test holds it, or why nothing of ours can meet it yet."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

MEMBERS, GROUPS, MEETINGS, HOSTILE = ("tests/members", "tests/groups", "tests/meetings", "tests/hostile")
ACCOUNTS, COMPANIES = f"{MEMBERS}/test_accounts.py", f"{MEMBERS}/test_companies.py"
TOKENS, ICAL = f"{MEETINGS}/test_tokens.py", f"{MEETINGS}/test_ical.py"
INPUTS, ANONYMITY = f"{GROUPS}/test_inputs.py", f"{GROUPS}/test_anonymity.py"
IMPORT, TEXTS, QUERIES = "tests/thamsklyngen/test_import.py", f"{HOSTILE}/test_texts.py", f"{HOSTILE}/test_queries.py"
ORGANISING, SHEETS = f"{MEETINGS}/test_organising.py", f"{HOSTILE}/test_sheets.py"
FILES = f"{HOSTILE}/test_files.py"

ROWS = {
    "R1": f"{ACCOUNTS}::test_known_and_unknown_addresses_get_the_same_answer",
    "R2": f"{ACCOUNTS}::test_an_address_nobody_can_deliver_to_is_refused_in_words_and_writes_nothing",
    "R3": f"{HOSTILE}/test_accounts.py::test_r3_a_code_goes_only_to_the_address_that_is_stored",
    "R4": f"{ACCOUNTS}::test_spellings_of_one_address_are_one_account",
    "R5": f"{ACCOUNTS}::test_an_address_with_a_tag_is_accepted",
    "R6": f"{ACCOUNTS}::test_an_address_nobody_can_deliver_to_is_refused_in_words_and_writes_nothing",
    "R7": f"{ACCOUNTS}::test_an_address_nobody_can_deliver_to_is_refused_in_words_and_writes_nothing",
    "R8": f"{ACCOUNTS}::test_a_password_of_twelve_emoji_is_taken_exactly_as_typed",
    "R9": f"{ACCOUNTS}::test_a_password_that_is_too_weak_or_too_long_is_refused",
    "R10": f"{ACCOUNTS}::test_hidden_fields_of_the_sign_up_form_give_nothing",
    "R11": f"{ACCOUNTS}::test_the_session_gets_a_new_id_at_sign_in",
    "R12": f"{MEMBERS}/test_affiliations.py::test_an_unverified_address_at_the_approved_domain_has_to_ask",
    "R13": f"{HOSTILE}/test_accounts.py::test_r13_guessing_ends_in_words_and_a_success_does_not_start_it_anew",
    "R14": f"{HOSTILE}/test_accounts.py::test_r14_a_told_address_does_not_dodge_the_limit",
    "R15": f"{ACCOUNTS}::test_a_reset_answers_the_same_for_every_address",
    "R16": f"{HOSTILE}/test_accounts.py::test_r16_the_code_of_one_person_confirms_nothing_for_another",
    "R17": f"{ACCOUNTS}::test_a_name_is_kept_as_written_without_what_deceives_the_eye",
    "R18": f"{TEXTS}::test_r18_x1_x2_x13_hostile_words_stay_words_everywhere",
    "C1": f"{COMPANIES}::test_free_mail_can_never_let_people_in",
    "C2": f"{COMPANIES}::test_what_nobody_owns_is_refused",
    "C3": f"{COMPANIES}::test_only_the_exact_domain_lets_people_in_unless_subdomains_were_approved",
    "C4": f"{COMPANIES}::test_a_twin_in_other_letters_is_another_domain_and_shown_to_staff",
    "C5": f"{COMPANIES}::test_claiming_a_domain_that_another_company_holds_says_nothing_about_the_holder",
    "C6": f"{COMPANIES}::test_the_domain_stays_with_the_company_when_its_founder_changes_address",
    "C7": f"{COMPANIES}::test_the_same_name_is_a_warning_that_people_can_answer",
    "C8": f"{HOSTILE}/test_companies.py::test_c8_no_address_that_people_write_is_ever_fetched",
    "C9": f"{COMPANIES}::test_bad_phone_numbers_are_refused_on_the_company_s_page",
    "C10": f"{MEMBERS}/test_colleagues.py::test_the_last_contact_who_leaves_is_asked_for_a_successor_and_nothing_is_changed",
    "C11": f"{COMPANIES}::test_a_former_contact_with_a_session_has_no_right_on_the_next_request",
    "T1": f"{TOKENS}::test_a_scanner_that_fetches_the_link_changes_nothing",
    "T2": f"{TOKENS}::test_the_answer_in_the_address_only_moves_the_focus",
    "T3": f"{HOSTILE}/test_links.py::test_t3_every_way_of_spoiling_a_link_looks_the_same",
    "T4": f"{HOSTILE}/test_links.py::test_t4_a_link_is_good_for_its_own_purpose_alone",
    "T5": f"{TOKENS}::test_after_the_deadline_only_no_is_offered_and_after_the_start_nothing",
    "T6": f"{TOKENS}::test_what_somebody_else_presses_counts_for_the_person_invited_and_is_logged_with_their_name",
    "T7": f"{TOKENS}::test_after_twenty_changes_in_an_hour_the_link_rests",
    "T8": f"{HOSTILE}/test_links.py::test_t8_nothing_on_the_page_leads_elsewhere_with_the_link_in_hand",
    "T9": f"{TOKENS}::test_an_answer_without_the_pages_own_nonce_is_refused_and_keeps_what_was_typed",
    "T10": f"{HOSTILE}/test_links.py::test_t10_links_of_somebody_who_was_taken_out_say_nothing_about_them",
    "T11": f"{MEMBERS}/test_invites.py::test_another_address_is_refused_and_told_to_ask_for_a_new_invitation",
    "T12": f"{MEMBERS}/test_invites.py::test_two_presses_at_once_make_one_membership",
    "T13": f"{MEMBERS}/test_wishes.py::test_one_click_in_the_mail_program_stops_the_mail_without_cookie",
    "T14": f"{TOKENS}::test_random_tokens_from_one_address_are_stopped",
    "X1": f"{TEXTS}::test_r18_x1_x2_x13_hostile_words_stay_words_everywhere",
    "X2": f"{INPUTS}::test_live_text_is_shown_as_written",
    "X3": f"{TEXTS}::test_x3_too_much_text_is_refused_in_words_and_writes_nothing",
    "X4": f"{TEXTS}::test_x4_no_sign_that_a_database_cannot_hold_is_stored",
    "X5": f"{INPUTS}::test_bad_text_is_said_beside_the_field_and_writes_nothing",
    "X6": f"{TEXTS}::test_x6_r10_what_a_form_does_not_ask_is_not_taken",
    "X7": f"{TEXTS}::test_x7_an_input_of_another_group_is_nowhere_in_this_one",
    "X8": f"{GROUPS}/test_desk_steps.py::test_nobody_decides_on_their_own_input",
    "X9": f"{GROUPS}/test_desk_pages.py::test_conflict_shows_both_sides_escaped_and_can_be_sent_again",
    "X10": f"{ANONYMITY}::test_private_details_are_pointed_out_once_and_never_block",
    "X11": f"{GROUPS}/test_figures.py::test_nothing_is_drawn_under_three_companies_or_five_persons",
    "X12": f"{ANONYMITY}::test_after_an_anonymous_input_no_row_knows_who_or_when",
    "X13": f"{MEETINGS}/test_letters.py::test_a_title_with_a_line_break_stays_in_the_subject",
    "X14": f"{HOSTILE}/test_links.py::test_t14_x14_an_answer_said_twice_or_not_at_all_is_no_answer",
    "X15": f"{ORGANISING}::test_the_doubled_hour_is_asked_and_the_answer_kept",
    "K1": f"{ICAL}::test_hostile_words_stay_words",
    "K2": f"{HOSTILE}/test_calendar.py::test_k1_k2_k4_a_meeting_as_a_file_stays_one_event",
    "K3": f"{ICAL}::test_hostile_names_stay_names",
    "K4": f"{ICAL}::test_hostile_words_stay_words",
    "K5": f"{HOSTILE}/test_calendar.py::test_k5_a_link_that_could_end_its_line_is_said_beside_its_field",
    "K6": f"{ORGANISING}::test_bad_input_is_said_beside_the_field_and_writes_nothing",
    "K7": f"{HOSTILE}/test_calendar.py::test_k7_nobody_chooses_a_zone",
    "V1": f"{SHEETS}::test_v1_an_input_with_a_formula_leaves_the_desk_as_text",
    "V2": f"{SHEETS}::test_v2_a_phone_stays_readable",
    "V3": f"{IMPORT}::test_csv_is_read_in_every_encoding_an_office_saves",
    "V4": f"{IMPORT}::test_unreadable_files_are_refused_with_a_word",
    "V5": f"{SHEETS}::test_v5_a_sheet_with_entities_is_refused",
    "V6": f"{SHEETS}::test_v6_the_last_of_a_thousand_lines_is_wrong_and_nothing_comes_in",
    "V7": f"{SHEETS}::test_v7_columns_are_known_by_their_header_in_any_order",
    "V8": f"{SHEETS}::test_v8_somebody_elses_colleague_in_a_companys_list_is_not_taken_over_or_named",
    "Q1": f"{QUERIES}::test_q1_q3_what_a_page_reads_from_its_address_may_be_anything",
    "Q2": f"{QUERIES}::test_q1_q2_q3_q6_no_parameter_breaks_a_page",
    "Q3": f"{QUERIES}::test_q1_q3_what_a_page_reads_from_its_address_may_be_anything",
    "Q4": f"{QUERIES}::test_q4_next_goes_nowhere_else",
    "Q5": f"{QUERIES}::test_q5_a_strange_host_is_refused_in_words",
    "Q6": f"{QUERIES}::test_q1_q2_q3_q6_no_parameter_breaks_a_page",
    "Q7": f"{QUERIES}::test_q7_q12_no_path_breaks_anything",
    "Q8": f"{QUERIES}::test_q8_other_methods_are_refused",
    "Q9": f"{QUERIES}::test_q9_a_form_of_another_site_is_refused_in_words",
    "Q10": f"{QUERIES}::test_q10_no_header_breaks_a_page",
    "Q12": f"{QUERIES}::test_q7_q12_no_path_breaks_anything",
    "U1": f"{FILES}::test_u1_what_acts_is_refused_or_made_harmless",
    "U2": f"{FILES}::test_u2_what_is_empty_too_large_or_grows_is_refused",
    "U3": f"{FILES}::test_u3_no_name_reaches_the_disk_or_breaks_the_header",
    "U4": f"{FILES}::test_u4_where_a_photo_was_taken_is_stored_nowhere",
    "U5": f"{FILES}::test_u5_many_files_at_once_and_a_body_of_unknown_length",
    "U6": f"{FILES}::test_u6_a_file_is_asked_for_anew_each_time",
}
NOT_HERE = {
    "Q11": "what contradicts itself on the wire is refused by the web server and the proxy before it",
    "K8": "there is no feed of one's own meetings yet",
    "U7": "there is no scanner to ask; nothing that acts is taken, and nothing is opened here",
    "K9": "answers by a mail program's own buttons come with incoming mail",
}
# Rows of the catalogue's other family: mail that comes in (M) is held where it is read
FAMILIES = {"R": 18, "C": 11, "T": 14, "X": 15, "K": 9, "V": 8, "Q": 12, "U": 7}


def test_every_row_is_held_by_a_test_or_has_a_reason():
    wanted = {f"{family}{number}" for family, most in FAMILIES.items() for number in range(1, most + 1)}
    assert set(ROWS) | set(NOT_HERE) == wanted
    assert not set(ROWS) & set(NOT_HERE)


@pytest.mark.parametrize("row", ROWS)
def test_the_test_that_holds_a_row_exists(row):
    file, _mark, name = ROWS[row].partition("::")
    tree = ast.parse(Path(settings.BASE_DIR, file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if "/hostile/" in file:
        assert row.lower() in re.split(r"_", name)
