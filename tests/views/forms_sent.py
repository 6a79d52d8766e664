"""What is typed into each form of the service to send it; what is not tried, and why."""

Fields = dict[str, list[str]]
NONE = ["", "", ""]
PAST = ["20", "1", "2026"]
TYPED: dict[str, Fields] = {
    "needs.post_for_school": {"urn": ["{urn}"], "head_agreed_on": PAST},
    "people.add": {"kind": ["deputy headteacher"], "school": ["{urn}"], "email": ["b@x.example"]},
    "people.begin_post": {"kind": ["deputy headteacher"], "school": ["{urn}"]},
    "leaders.add": {"school": ["{urn}"], "email": ["a@x.example"], "code": ["phonics"],
                    "other": [""]},
    "headships.tell": {"school": ["{urn}"], "email": ["c@x.example"]},
    "leaders.record.days": {"this_year": ["11"], "next_year": ["12"]},
    "leaders.record.specialisms": {"code": ["phonics"], "phases": ["secondary"],
                                   "evidence_on": PAST, "other": [""]},
    "leaders.record.specialism": {"phases": ["primary"], "evidence_on": PAST, "other": [""]},
    "leaders.record.designations": {"kind": ["LLE"], "awarded_on": PAST, "trained_on": PAST},
    "leaders.record.designation": {"awarded_on": PAST, "trained_on": PAST},
    "leaders.release.releaser": {"email": ["{chair}"]},
    "leaders.conflicts.of_leader": {"school": ["{urn}"], "kind": ["family"]},
    "leaders.conflicts.of_school": {"leader": ["{leader_id}"], "kind": ["family"]},
    "schools.members.show": {"school": ["{urn}"]},
    "schools.members.remove": {"la_code": ["901"]},
    "schools.calendar.term": {"half_term_first": NONE, "half_term_last": NONE},
    "engagements.already_agreed": {"urn": ["{urn}"], "leader": ["{leader_id}"],
                                   "code": ["phonics"], "phase": ["primary"], "half_days": ["2"],
                                   "agreed_on": PAST, "first_date": NONE, "price": [""]},
    "engagements.log": {"when": ["today"], "half_days": ["1"], "happened_on": NONE,
                        "next_date": NONE},
    "engagements.log_by_link": {"when": ["today"], "half_days": ["1"], "happened_on": NONE,
                                "next_date": NONE},
    "engagements.contact_by_link": {"on": ["3", "11", "2026"]},
    "pairings.matching.propose": {"half_days": ["1"], "pounds": [""], "first_date": NONE},
    "buddies.place": {"willing": ["yes"], "until": NONE},
}  # fmt: skip
"""What is typed where the page itself does not suggest it."""
SHOWN = "a file is read and shown; nothing is kept by it"
FILE = "wants a whole file; the importer's own tests send it"
STATE = "nothing in this town stands so; the room's own tests press it"
LINK = "no such link was mailed in this town; the room's own tests follow it"
NOT_TRIED: dict[str, str] = {
    "buddies.answer /buddy/<token>": LINK,
    "buddies.place /new-heads/pool/<int:person_id>": STATE,
    "engagements.confirm /pairings/<reference>/confirm": STATE,
    "engagements.look_back /engagements/<reference>/look-back": STATE,
    "engagements.look_back_by_link /engagements/by-link/look-back/<token>": LINK,
    "engagements.undo_by_link /engagements/by-link/undo/<token>": LINK,
    "headships.act /new-heads/<int:headship_id>/<any(welcome,link,invite,end):what>": STATE,
    "headships.announce /new-heads/<int:headship_id>/announce": STATE,
    "headships.answered /new-heads/<int:headship_id>/answered": STATE,
    "headships.ask /new-heads/<int:headship_id>/buddies/<int:person_id>/ask": STATE,
    "leaders.file.take_in /leaders/import": FILE,
    "leaders.release.answer /standing-release/<token>": LINK,
    "messages.try_again /messages/<int:message_id>/try-again": STATE,
    "needs.links.answer /needs/by-link/answer/<token>": LINK,
    "needs.links.send /needs/by-link/send/<token>": LINK,
    "needs.links.undo_answer /needs/by-link/undo-answer/<token>": LINK,
    "needs.reopen /needs/<reference>/reopen": STATE,
    "needs.triage.copy_findings /needs/<reference>/copy-findings/<int:visit_id>": STATE,
    "needs.triage.split /needs/<reference>/split": STATE,
    "needs.triage.take_on /needs/<reference>/take-on": STATE,
    "needs.triage.take_up /needs/<reference>/take-up": STATE,
    "pairings.accept_by_link /accept/<token>": LINK,
    "pairings.ending.withdraw_by_link /needs/by-link/read/<token>": LINK,
    "pairings.matching.instead /needs/<reference>/instead": STATE,
    "pairings.matching.propose /needs/<reference>/propose/<int:leader_id>": STATE,
    "pairings.matching.send /matching/send/<int:partnership_id>": STATE,
    "pairings.object_by_link /object/<token>": LINK,
    "pairings.pull_out /asked/<reference>/pull-out": STATE,
    "pairings.release_by_link /release/<token>": LINK,
    "pairings.undo_by_link /undo/<token>": LINK,
    "people.accept_invitation /invitation/<token>": LINK,
    "people.demo_sign_in /demo/sign-in": "this town is no demo",
    "people.end_post /people/<int:person_id>/post/<int:post_id>/end": STATE,
    "schools.calendar.file /partnerships/<int:partnership_id>/calendar/file": SHOWN,
    "schools.calendar.file /schools/<int:urn>/calendar/file": SHOWN,
    "schools.calendar.open_again "
    "/partnerships/<int:partnership_id>/calendar/open/<int:closed_id>": STATE,
    "schools.calendar.take_in /partnerships/<int:partnership_id>/calendar/take-in": STATE,
    "schools.calendar.take_in /schools/<int:urn>/calendar/take-in": STATE,
    "schools.imports.ask /schools/import": FILE,
    "specialisms.retire /specialisms/<code>/retire": STATE,
}
"""Addresses without an example, each with the reason."""
