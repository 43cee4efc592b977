"""The closed vocabularies of council_review: each code with what it means, in the words that a model is given."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

ItemForm = TypeAliasType(
    "ItemForm",
    Annotated[
        Literal[
            "minutes_item", "meeting_pack", "decision_record", "officer_report", "inspection_report",
            "inspection_letter", "peer_feedback", "improvement_or_action_plan", "intervention_instrument",
            "commissioner_report", "case_review", "ombudsman_decision", "self_account", "press_release",
            "news_article", "opinion_or_blog", "guidance_or_framework", "tracker_or_dataset", "information_page", "other",
        ],
        Field(
            description="What the text is, wherever it was found. minutes_item: minutes of one agenda item. "
            "decision_record: a resolution or notice without its discussion. officer_report: a paper to members without "
            "minutes. inspection_letter: narrative visit or letter; inspection_report: full inspection. peer_feedback: "
            "from a peer team, whatever it calls itself. press_release: its issuer (authority, reviewer, government) is "
            "named in it; news_article: other news copy. opinion_or_blog: an outsider's open views. self_account: an "
            "authority on itself. information_page: a standing page with no event of its own."
        ),
    ],
)  # fmt: skip
DocumentForm = TypeAliasType(
    "DocumentForm",
    Annotated[
        ItemForm | Literal["multi_item_page"],
        Field(description="multi_item_page: two or more items about different reviews or events."),
    ],
)
ItemRelation = TypeAliasType(
    "ItemRelation",
    Annotated[
        Literal["single", "unrelated", "same_subject"],
        Field(description="same_subject: several speakers on one review, such as news and the council's reply."),
    ],
)
CompletenessCode = TypeAliasType(
    "CompletenessCode",
    Annotated[
        Literal["complete", "truncated_end", "truncated_start", "excerpt", "unknown"],
        Field(description="truncated_end: it breaks off, or says that more stands elsewhere."),
    ],
)
ServiceArea = TypeAliasType(
    "ServiceArea",
    Annotated[
        Literal[
            "childrens_social_care", "adult_social_care", "all_social_care", "send_and_education", "youth_justice",
            "health_and_public_health", "corporate", "other",
        ],
        Field(
            description="The service judged, not the committee's remit. all_social_care: children's and adults' judged "
            "together. corporate: the whole council."
        ),
    ],
)  # fmt: skip
CycleStage = TypeAliasType(
    "CycleStage",
    Annotated[
        Literal[
            "preparation", "review_findings", "response_to_review", "progress_update", "intervention",
            "exit_or_closure", "context",
        ],
        Field(
            description="Where the authority stands: first word of the findings, mainly its reply to them, or progress on a "
            "plan already running (monitoring visits too). context: comment tied to no stage."
        ),
    ],
)  # fmt: skip
Travel = TypeAliasType(
    "Travel",
    Annotated[
        Literal["improving", "improving_in_part", "no_change", "declining", "uncertain", "not_stated"],
        Field(description="The direction that this voice says the service is going in."),
    ],
)
Voice = TypeAliasType(
    "Voice",
    Annotated[
        Literal[
            "reviewer", "authority", "scrutiny_member", "partner", "government", "service_user", "commentator",
            "record", "unclear",
        ],
        Field(
            description="Who would have to defend the sentence, whoever wrote the page. authority: officers, leader, "
            "executive members. scrutiny_member: chair, ward or opposition councillors. partner: NHS, police, boards. "
            "commentator: the writer, campaigners. record: facts nobody disputes. unclear: passive with no owner. A list "
            "takes the voice of its lead-in."
        ),
    ],
)  # fmt: skip
Relay = TypeAliasType(
    "Relay",
    Annotated[
        Literal["direct", "via_authority", "via_media", "via_commentator", "via_record"],
        Field(description="How the owner's view reaches us; direct: own document, or quoted words. via_record: minutes."),
    ],
)
Regime = TypeAliasType(
    "Regime",
    Annotated[
        Literal[
            "joint_review_ac_ssi", "ssi_inspection", "ss_star_rating", "ss_performance_assessment",
            "best_value_inspection", "cpa", "caa", "childrens_apa", "joint_area_review", "ofsted_slac_era",
            "ofsted_sif", "lscb_review", "ofsted_ilacs", "ofsted_focused_visit", "ofsted_monitoring_visit", "jtai",
            "send_area_2016", "send_area_2023", "cqc_adult_apa", "cqc_la_assessment", "youth_justice_inspection",
            "corporate_peer_challenge", "adult_services_peer_challenge", "adult_safeguarding_peer_review",
            "childrens_services_peer_review", "other_peer_review", "self_assessment", "internal_audit_or_qa",
            "user_survey", "dfe_intervention", "mhclg_intervention", "child_case_review", "adult_case_review",
            "ombudsman_investigation", "wales_ciw", "scotland_care_inspectorate", "ni_rqia", "other_review",
            "unspecified_review",
        ],
        Field(
            description="The kind of review, as the text tells it. Not told: unspecified_review, never the likeliest. "
            "ssi_inspection: also re-inspections before 2009. ofsted_sif: 2013-17. ofsted_ilacs: from 2018. "
            "send_area_2016 / _2023: by framework year. cqc_adult_apa: 2009-10. dfe_intervention: notices, directions, "
            "commissioners."
        ),
    ],
)  # fmt: skip
ReviewRole = TypeAliasType(
    "ReviewRole",
    Annotated[
        Literal["main_subject", "component", "trigger", "earlier", "parallel", "upcoming"],
        Field(description="trigger: the earlier review that a plan answers. component: part of another, such as its survey."),
    ],
)
OutcomeStatus = TypeAliasType(
    "OutcomeStatus",
    Annotated[
        Literal["graded_stated", "graded_not_stated", "narrative", "pending", "not_stated"],
        Field(description="graded_not_stated: the regime grades, but this text does not say what."),
    ],
)
Aspect = TypeAliasType(
    "Aspect",
    Literal[
        "overall", "people_served", "prospects", "leadership", "help_and_protection", "children_in_care", "care_leavers",
        "children_in_care_and_care_leavers", "adoption", "lscb", "quality_statement", "outcome_area",
        "capacity_to_improve", "intervention_status", "case_audit_quality", "other",
    ],
)  # fmt: skip
Scale = TypeAliasType(
    "Scale",
    Literal[
        "jr_people_served", "jr_prospects", "ss_stars", "bv_stars", "cpa_2002", "cpa_2005_stars",
        "four_grade_numeric_4_best", "cqc_apa", "ofsted_4", "ofsted_4_old", "lscb_4", "send_2016", "send_2023",
        "cqc_la_rating", "cqc_la_percent", "cqc_quality_statement", "hmip_4", "scotland_6", "ombudsman", "intervention",
        "unscaled_label",
    ],
)  # fmt: skip
JudgementTime = TypeAliasType(
    "JudgementTime",
    Annotated[
        Literal["this_review", "earlier", "current_status", "trajectory_from", "trajectory_to", "target"],
        Field(description="earlier: a past grade restated. trajectory: both ends of a stated journey. target: hoped for."),
    ],
)
Polarity = TypeAliasType(
    "Polarity",
    Annotated[
        Literal["strength", "concern", "mixed", "neutral"],
        Field(description="From the words alone: praise, need or risk, both, or neither."),
    ],
)
FindingTime = TypeAliasType(
    "FindingTime",
    Annotated[
        Literal["current", "past", "change", "expected"],
        Field(description="change: compares then with now. expected: forecast or conditional."),
    ],
)
Theme = TypeAliasType(
    "Theme",
    Annotated[
        Literal[
            "practice_quality", "access_and_thresholds", "demand_and_caseloads", "safeguarding_and_risk",
            "outcomes_and_experience", "voice_and_engagement", "equality_and_diversity", "leadership_and_governance",
            "vision_and_planning", "performance_and_qa", "workforce", "partnership", "commissioning_and_market",
            "finance_and_value", "technology_and_estates", "communication_and_reputation",
        ],
        Field(
            description="What would have to change. The work itself, audit results too: practice_quality; data and audit "
            "systems: performance_and_qa. Who gets in: access_and_thresholds; how much, how fast: demand_and_caseloads."
        ),
    ],
)  # fmt: skip
ActionKind = TypeAliasType(
    "ActionKind",
    Annotated[
        Literal[
            "reviewer_recommendation", "authority_commitment", "committee_decision", "member_proposal",
            "government_requirement", "third_party_call",
        ],
        Field(
            description="committee_decision: resolved, agreed or noted. member_proposal: asked for by a councillor, not seen "
            "to be decided. third_party_call: by a commentator, union or resident."
        ),
    ],
)  # fmt: skip
ActionStatus = TypeAliasType(
    "ActionStatus",
    Annotated[
        Literal["recommended", "proposed", "planned", "in_progress", "done", "decided", "conditional"],
        Field(description="By the verb: 'will' or 'would include' is planned, 'if ...' conditional, done only if completed."),
    ],
)

FOUR_GRADES = ("inadequate", "requires_improvement", "good", "outstanding")
_STARS = ("0", "1", "2", "3")
SCALES: dict[str, tuple[str, ...]] = {
    "jr_people_served": ("not_well", "some_well", "most_well", "well"),
    "jr_prospects": ("poor", "uncertain", "promising", "excellent"),
    "ss_stars": _STARS,
    "bv_stars": _STARS,
    "cpa_2002": ("poor", "weak", "fair", "good", "excellent"),
    "cpa_2005_stars": (*_STARS, "4"),
    "four_grade_numeric_4_best": ("1", "2", "3", "4"),
    "cqc_apa": ("poor", "adequate", "well", "excellent"),
    "ofsted_4": FOUR_GRADES,
    "ofsted_4_old": ("inadequate", "adequate", "good", "outstanding"),
    "lscb_4": FOUR_GRADES,
    "send_2016": ("wsoa_required", "no_wsoa"),
    "send_2023": ("systemic_failings", "inconsistent", "typically_positive"),
    "cqc_la_rating": FOUR_GRADES,
    "cqc_la_percent": ("25-38", "39-62", "63-87", "88-100"),
    "cqc_quality_statement": ("1", "2", "3", "4"),
    "hmip_4": FOUR_GRADES,
    "scotland_6": ("unsatisfactory", "weak", "adequate", "good", "very_good", "excellent"),
    "ombudsman": (
        "upheld_fault_injustice", "upheld_fault_no_injustice", "upheld_no_further_action", "not_upheld",
        "closed_not_investigated",
    ),
    "intervention": (
        "none", "improvement_notice", "statutory_direction", "commissioner", "trust_or_removed", "special_measures", "exited",
    ),
    "unscaled_label": ("other",),
}  # fmt: skip

# The scales of each regime that grades; every regime also admits "intervention" (a status that follows from it) and, where
# it grades at all, "unscaled_label". A regime that is not listed gives no grades: peer challenges, visits, case reviews.
REGIME_SCALES: dict[str, tuple[str, ...]] = {
    "joint_review_ac_ssi": ("jr_people_served", "jr_prospects"),
    "ssi_inspection": ("ss_stars",),
    "ss_star_rating": ("ss_stars", "jr_people_served", "jr_prospects"),
    "ss_performance_assessment": ("ss_stars", "jr_people_served", "jr_prospects"),
    "best_value_inspection": ("bv_stars", "jr_prospects"),
    "cpa": ("cpa_2002", "cpa_2005_stars", "four_grade_numeric_4_best"),
    "caa": ("four_grade_numeric_4_best",),
    "childrens_apa": ("four_grade_numeric_4_best", "cqc_apa", "ofsted_4_old"),
    "joint_area_review": ("four_grade_numeric_4_best", "ofsted_4_old"),
    "ofsted_slac_era": ("ofsted_4_old",),
    "ofsted_sif": ("ofsted_4", "lscb_4"),
    "lscb_review": ("lscb_4",),
    "ofsted_ilacs": ("ofsted_4",),
    "send_area_2016": ("send_2016",),
    "send_area_2023": ("send_2023",),
    "cqc_adult_apa": ("cqc_apa",),
    "cqc_la_assessment": ("cqc_la_rating", "cqc_la_percent", "cqc_quality_statement"),
    "youth_justice_inspection": ("hmip_4",),
    "self_assessment": ("ofsted_4", "cqc_la_rating", "lscb_4"),
    "internal_audit_or_qa": ("ofsted_4",),
    "ombudsman_investigation": ("ombudsman",),
    "scotland_care_inspectorate": ("scotland_6",),
    "wales_ciw": (),
    "dfe_intervention": (),
    "mhclg_intervention": (),
    "other_review": (),
    "unspecified_review": tuple(SCALES),
}
