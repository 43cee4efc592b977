"""Finds what a text tells of a private person: how to reach and number them, and their health, harm or offences."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice

Found = tuple[str, int, int]  # what kind, and where its evidence stands in the text

MOST = 50  # marks of one search: evidence for a reader, not an index
_NEAR = 220  # characters on either side of a person: their own sentence and its neighbours

_FIRST_NAMES = frozenset(
    """aaliyah aaron abigail adam aisha alan albert alex alexander alfie ali alice alison amanda amelia amir amy andrea andrew
    angela anita ann anna anne annie anthony archie arthur ashley ava barbara ben benjamin beth betty brenda brian callum
    caroline carol catherine charles charlie charlotte chloe christine christopher claire clare colin connor craig daisy daniel
    danielle darren david dawn dean dennis derek donald donna doris dorothy dylan edith edward eileen elaine eleanor elizabeth
    ella ellen ellie emily emma eric erin ethan eve fatima fiona florence frances francis frank fred freya gary george georgia
    gloria gordon grace graham hannah harold harriet harry hasan heather helen henry holly howard hugh ian ibrahim irene isaac
    isabella isla jack jacob jade jake james jamie jane janet jason jayden jean jennifer jenny jessica jill joan joanna joe
    joel john jonathan jordan joseph joshua joyce judith julia julie june karen kate katherine kathleen katie keith kelly ken
    kenneth kevin kieran kim kyle laura lauren leah lee leo lewis liam lily linda lisa logan louis louise lucas lucy luke
    madison marcus margaret maria marie martha martin mary mason matthew maureen max maya megan mia michael michelle mohamed
    mohammad mohammed molly muhammad nancy naomi natalie nathan neil nicholas nicola noah noor norman oliver olivia omar oscar
    owen pamela patricia patrick paul pauline peter philip phyllis priya rachel raymond rebecca rhys richard riley robert robin
    ronald ross roy ruby ruth ryan sally sam samantha samuel sandra sara sarah scott sean sharon sheila shirley simon sofia
    sophia sophie stacey stanley stephanie stephen steven sue susan teresa theo thomas tina tom tony trevor tyler vera victoria
    vincent violet wendy wesley william yasmin yusuf zainab zoe""".split()
)
# Children whose deaths became national inquiries are named in papers on policy that tell nothing of a private person.
_FAMOUS = re.compile(r"victoria climbi|baby p\b|peter connelly|maria colwell|labinjo|star hobson|sara sharif")
_IN_ROLE = re.compile(
    r"\b(?:cllr|councillor|director|chair|inspector|hmi|chief|leader|mayor|minister|mp|head of|officer|manager|alderman|judge"
    r"|commissioner|professor|clerk|silence|tribute|condolences)\b"
)
_OFFICIAL = re.compile(
    r"[@.](?:gov|nhs|police)\b|press|media|enquir|switchboard|helpline|hotline|duty|\bteam\b|\boffices?\b|officer|councillor"
    r"|cllr|director|manager|head of|report author|democratic|textphone|clerk"
)
_GROUPS = frozenset(
    """adults all anyone babies boys carers children citizens clients everyone families females girls infants learners leavers
    males many members men most mothers fathers parents patients people persons pupils residents siblings someone staff
    students teenagers those toddlers users women workers youth service services victims both some""".split()
)

_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,?\s[0-9]{2,4}"
_DATE = rf"(?:{_DAY}|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-][0-9]{{2,4}})"
# A pattern begins with a letter or digit, not with a boundary, wherever it can: `re` then skips to the next place that fits.
_MOBILE = re.compile(r"(?:\+44[ ()0]{0,5}|\(0|0)7(?:[ )-]?[0-9]){9}(?![0-9])")
_HOME_PHONE = re.compile(r"home (?:tele)?(?:phone|tel)\.?(?: number| no\.?)?\W{0,4}\+?[0-9][0-9 ()-]{8,15}[0-9]")
_EMAIL = re.compile(
    r"@(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|mac|aol|btinternet|btopenworld|sky|talktalk"
    r"|virginmedia|ntlworld|blueyonder|tiscali|protonmail|proton|gmx)\.(?:com|co\.uk|net|me|uk|ie)\b"
)
_MAILBOX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789._%+-"
_ROLE_MAILBOX = re.compile(
    r"clerk|parish|council|cllr|enquir|info|admin|office|contact|press|media|team|chair|secretary|democratic|group|forum|trust"
)
_DIGITS = re.compile(r"[0-9](?<![0-9.].)(?!(?:(?<=1)9|(?<=2)0)\d\d[/-](?:\d\d){1,2}\b)(?:[ /-]?[0-9]){3,14}(?![\w])")
_NHS_GROUPS = re.compile(r"[1-9][0-9]{2}([ -])[0-9]{3}\1[0-9]{4}")
_NUMBER_LABEL = re.compile(
    r"\b(?:case|client|person|service user|mosaic|liquid ?logic|framework-?i|care ?first|eclipse|lcs|las|social care|lac|upn"
    r"|crime|prison|hospital|patient|nhs)(?: (?:id|no|num|number|ref|reference)\b){0,2}\W{1,4}[a-z]{0,4}[/-]?$"
)
_OF_A_SITE = re.compile(r"planning|application|appeal|tribunal|licen")
_NI = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?<!\w..)(?:[ -]?[0-9]{2}){3}[ -]?[A-D]\b")
_NOT_NI = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")  # prefixes that are never given out
_BIRTHS = (
    re.compile(rf"d(?<!\wd)(?:ate of birth|ob|\.o\.b\.?)[^\w\n]{{0,6}}\n?{_DATE}"),
    re.compile(rf"born(?: on)?(?: the)? {_DATE}"),
)
_BORN_TO_A_PERSON = re.compile(r"\b(?:he|she|who|[Cc]hild|[Bb]aby)\b.{0,20}$|[A-Z][a-z]+ [A-Z][a-z]+\W{1,3}(?:was )?$", re.S)
_STREET = re.compile(
    r"[0-9](?<![\w.].)[0-9]{0,3}[A-Da-d]?,? (?:[A-Z][A-Za-z']{1,20} ){1,3}(?:Road|Rd|Street|St|Avenue|Ave|Close|Lane|Drive|Way"
    r"|Crescent|Gardens|Terrace|Grove|Place|Court|Walk|Hill|Mews|Square|Green|View|Row|Rise|Park)\b"
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b")
_LIVES = re.compile(
    r"(?:\b(?:liv|resid)(?:es?|ed|ing)\s(?:at|in)|\bhome(?: address| is| at)?)\W{1,4}(?:[Ff]lat \w{1,4},? )?$"
    r"|[A-Z][a-z]+ [A-Z][a-z]+,? of $"
)
_PUBLIC_PLACE = re.compile(
    r"town hall|civic|council|commission|office|\bhouse\b|centre|\bhub\b|library|school|surgery|hospital|ofsted|floor|\bltd|limited"
    r"|room|church|venue|meeting|ombudsman|piccadilly gate|charity|trust|inspection|registered|planning|application"
)
_AGED = re.compile(r"aged?(?<![a-z]aged)(?<![a-z]age)\s([0-9]{1,3})\b(?!\s?(?:[-+/]|to\b|and\b|or\b|years? and\b))")
_BARE_AGE = re.compile(r"[1-9](?:(?<=, .)|(?<= \(.))[0-9]?(?=\)|, (?!and\b|[0-9])| (?:who|from|was|of|has)\b)")
_SAID_OF_SOMEBODY = re.compile(r",? (?:who|said|told|died|was (?:found|born|killed|murder|jailed|stabbed))")
_YEARS_OLD = re.compile(r"[0-9](?:[0-9]{0,2})[- ]?(?:year|month|week)[- ]old\s([A-Z][a-z'-]+)(?: [A-Z][A-Za-z'-]+)?")
_NAME_BEFORE = re.compile(r"\b([A-Z][a-z'-]{1,20}(?: [A-Z][A-Za-z'-]{1,20}){0,2})(,?\s?\(?)$")


def personal_data(text: str, low: str) -> Iterator[Found]:
    """Yield how the plain `text` (`low` in lower case) reaches, numbers or dates private people."""
    for search in (_telephones, _emails, _numbers, _births, _addresses, _named_with_age):
        yield from islice(search(text, low), MOST)


def _telephones(_: str, low: str) -> Iterator[Found]:
    for match in _MOBILE.finditer(low):
        part_of_more = match.start() and (low[match.start() - 1].isalnum() or low[match.start() - 1] in ".+")
        if not part_of_more and not _OFFICIAL.search(low, max(0, match.start() - 120), match.end() + 80):
            yield "telephone", *match.span()
    yield from (("telephone", *match.span()) for match in _HOME_PHONE.finditer(low))


def _emails(_: str, low: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(low):
        before = low[max(0, match.start() - 64) : match.start()]
        mailbox = before[len(before.rstrip(_MAILBOX_LETTERS)) :]
        if mailbox and not _ROLE_MAILBOX.search(mailbox):
            yield "email", match.start() - len(mailbox), match.end()


def _numbers(text: str, low: str) -> Iterator[Found]:
    for match in _DIGITS.finditer(low):
        before = low[max(0, match.start() - 50) : match.start()]
        labelled = _NUMBER_LABEL.search(before)
        grouped = _NHS_GROUPS.fullmatch(match[0])
        if (grouped or (labelled and "nhs" in labelled[0])) and _is_nhs_number(match[0]):
            yield "nhs_number", *match.span()
        elif labelled and not _OF_A_SITE.search(before):
            yield "case_number", match.start() - len(labelled[0]), match.end()
    yield from (("ni_number", *match.span()) for match in _NI.finditer(text) if not match[0].startswith(_NOT_NI))


def _is_nhs_number(number: str) -> bool:
    """Say whether the last of ten digits checks the others, as the NHS Data Dictionary has it (modulus 11)."""
    digits = [int(character) for character in number if character.isdigit()]
    return len(digits) == 10 and sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11 == (-digits[9]) % 11


def _births(text: str, low: str) -> Iterator[Found]:
    labelled, told = (pattern.finditer(low) for pattern in _BIRTHS)
    yield from (("date_of_birth", *match.span()) for match in labelled)
    for match in told:
        if _BORN_TO_A_PERSON.search(text[max(0, match.start() - 40) : match.start()]):
            yield "date_of_birth", *match.span()


def _addresses(text: str, low: str) -> Iterator[Found]:
    for match in _STREET.finditer(text):
        start = match.start()
        postcode = _POSTCODE.search(text, match.end(), match.end() + 90)
        of_a_body = postcode and _PUBLIC_PLACE.search(low, max(0, start - 120), start)
        if (postcode and not of_a_body) or _LIVES.search(text[max(0, start - 45) : start]):
            yield "address", start, postcode.end() if postcode else match.end()


def _named_with_age(text: str, low: str) -> Iterator[Found]:
    for match in _AGED.finditer(low):
        yield from _name_before(text, low, match.start(), match.end(), sure=True)
    for match in _BARE_AGE.finditer(low):
        yield from _name_before(text, low, match.start() - 2, match.end(), sure=False)
    if " old" in low or "-old" in low:
        yield from (("name_with_age", *match.span()) for match in _YEARS_OLD.finditer(text) if match[1].lower() in _FIRST_NAMES)


def _name_before(text: str, low: str, start: int, end: int, *, sure: bool) -> Iterator[Found]:
    """Yield the name that an age follows. After a bare number, or without a comma, it must be one that people bear."""
    found = _NAME_BEFORE.search(text[max(0, start - 60) : start])
    if not found:
        return
    words = found[1].lower().split()
    borne = any(word in _FIRST_NAMES for word in words[:2])
    told_of = sure or (len(words) == 2 and _SAID_OF_SOMEBODY.match(low, end))
    likely = borne or (told_of and (not sure or "," in found[2]) and not _GROUPS.intersection(words))
    begin = start - len(found[0])
    if likely and not _IN_ROLE.search(low, max(0, begin - 40), end + 30):
        yield "name_with_age", begin, end


# --- Health, harm, offences, belief: of one person, not of people in general

_TITLED = re.compile(r"M(?<!\wM)(?:r and Mrs|r & Mrs|rs?|s|iss|x)\.?\s[A-Z]\b(?!\.?[ '][A-Z])(?![&-])")
_LETTER = re.compile(r"[ \n](?:([A-HJ-Z])\1?[0-9]?|[1-9](?! (?:(?:year|month|week|day)s?|in|of|to|and|or)\b))\b(?![&.-]\w)")
_LABEL = re.compile(
    r"\b(?:child|adult|baby|family|sibling|patient|resident|person|victim|service user|client|pupil|student|mother|father)$"
)
_OLD = re.compile(r"old (?:[a-z]+ ){0,2}(?:boy|girl|man|woman|baby|child|infant|male|female|teenager|lady|mother|father)\b")
_ONE_OF_AN_AGE = re.compile(r"\b(?:an?|the|this) (?:[a-z]{3,12} )?(?:[0-9]{1,2}|[a-z]{3,8})[- ](?:year|month|week|day)[- ]$")
_DECADE = re.compile(r"in h(?:is|er) (?:early |mid[- ]|late )?(?:teens|[2-9]0s|[a-z]+ties)\b")
_INITIALS = re.compile(
    r"[A-Z]{2}(?<!\w..)[0-9]?(?= (?:died|was born|was diagnosed|was found dead|was a (?:man|woman|boy|girl))\b)"
)
_INITIALS_DO = (" died", " was born", " was diagnosed", " was found dead", " was a ")
_DEATH_OF = re.compile(r" of '?([A-Z][a-z'-]+)(?: [A-Z][A-Za-z'-]+)?")
_DEATH = re.compile(r"(?:death|murder|killing|manslaughter|neglect|abuse|suicide)$")
_ALIAS = re.compile(r"(?:known as|referred to(?: \w+){0,2} as|called|pseudonym(?: \w+)?)\W{1,3}([A-Z][a-z]+|[A-Z]{2}[0-9]?)\b")
_SOMEBODY = re.compile(
    r"\b(?:him|her|them|whom|child|adult|person|woman|man|boy|girl|baby|mother|victim|subject|complainant|individual)\b"
)
_NOT_REAL = re.compile(r"\b([A-Z][a-z]+)\W{1,3}(?:\w+ ){0,2}(?:not (?:his|her|their|a) real name|a pseudonym)")
_REVIEWED = re.compile(
    r"(?:eview|SAR|SCR|SPR|DHR)(?:\W{1,4}| (?:in relation to|in respect of|into|of|on|for|about|regarding) )"
    r"(the (?:death|case|life) of )?'?([A-Z][a-z]+|[A-Z]{2})\b(?! [A-Z][a-z])"
)
_NOT_NAMES = frozenset("the this our an in it at adult adults child children baby mr mrs ms miss family young".split())
_REVIEW_BEFORE = re.compile(r"(?:[Rr]eview|\bSARs?|\bSCRs?|SPRs?|\bDHR)\b[^.\n]{0,40}$")
_NO_STORY = r"(?:action plan|review|report|recommend|published|commissioned|complete|present|consider|discuss|noted|closed|shared|learn)"
_TELLS = re.compile(
    rf"(?:'s (?!{_NO_STORY})|,? who\b|,? (?:had|died|lived|is|was|told|did|has)\b(?! (?:been )?(?:now )?{_NO_STORY}))"
)
_COURT = (
    *("] ewfc", "] ewhc", "] ewca", "] ewcop", "judgment was ", "anonymity of the", "litigation friend", "threshold criteria"),
    *("in the family court", "court of protection", "in the matter of", "respondent", "the guardian", "care proceedings"),
)
_PARTY = re.compile(r"[A-HJ-Z](?<![\w.'].)(?='s | (?:lack|has|had|is|was|died|lives|does|cannot|would))")
_PARTIES = re.compile(r"[tT](?:he|heir) (?:mother|father|child|boy|girl|baby|grandmother|parents)\b")

# Of the words marked 2 one is enough; of those marked 1 it takes two.
_TERMS = r"""
death_2     died|deceased|passed away|found dead|killed|murder\w*|manslaughter|drowned|strangled|cause of death|stillborn
death_1     deaths?|bereave\w*|inquest|post-mortem
self_harm_2 suicid\w+|overdos\w+|self-harm\w*|hanged|took (?:his|her|their) own life
abuse_2     abused|raped?|sexual(?:ly)? (?:abuse|assault|exploit)\w*|beaten|starv\w+|fractur\w+|non-accidental|trafficked|shaken
abuse_1     abuse|abusive|(?:self-)?neglect\w*|bruis\w+|injur\w+|violen\w+|assault\w*|coerc\w+|exploit\w+|burns
health_2a   dementia|alzheimer\w*|schizo\w+|bipolar|psychosis|psychotic|sectioned|cancer|hiv|epilep\w+|autis\w+|adhd
health_2b   diagnos\w+|stroke|learning disabilit\w+|down's syndrome|cerebral palsy|lack(?:s|ed) (?:mental )?capacity
health_1a   disab\w+|mental health|depress\w+|anxiety|alcohol\w*|drugs?|addict\w*|medication|hospital\w*|pregnan\w*|falls
health_1b   frail\w*|illness\w*|unwell|wheelchair|heroin|intoxicated|capacity|therapy|squalor|hoard\w+|emaciated|incontinen\w+
ethnicity_2 white british|black (?:british|african|caribbean)|romany
ethnicity_1 asian|roma|traveller|muslim|christian|jewish|hindu|sikh|catholic|asylum|refugee|ethnic\w*|heritage|religio\w+
sexuality_2 h(?:is|er) sexuality|sexual orientation
sexuality_1 gay|lesbian|bisexual|transgender
offence_2   convicted|imprisoned|sentenced|pleaded guilty|stabbed
offence_1   arrest\w*|charged with|offen[cd]\w+|criminal|prison|police|probation|perpetrator
"""
_ROWS = [row.split(None, 1) for row in _TERMS.strip().split("\n")]
_TERM = re.compile(r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _ROWS) + r")\b")


def special_category(text: str, low: str, named: Iterable[Found]) -> Iterator[Found]:
    """Yield the words on health, harm, offences, ethnicity or sexuality (UK GDPR, Articles 9 and 10) near one person.

    A person is a pseudonym or initial ("Mr X", "Child A"), one of an age ("a 14-year-old boy"), one of the `named`, or a
    party of a family court's judgment. The label of a review ("SAR Adult C: plan complete") is no person until told of.
    """
    people = sorted({*_people(text, low), *((start, end) for _, start, end in named)})
    terms = list(_terms_near(low, people))
    starts = [start for start, *_ in terms]
    told = 0
    for start, end in people:
        near = terms[bisect_left(starts, start - _NEAR) : bisect_left(starts, end + _NEAR)][:20]
        if any(weight.startswith("2") for *_, weight in near) or len({low[begin:stop] for begin, stop, *_ in near}) > 1:
            yield from ((kind, begin, stop) for begin, stop, kind, _ in near)
            told += 1
        if told == MOST:
            return


def _terms_near(low: str, people: list[tuple[int, int]]) -> Iterator[tuple[int, int, str, str]]:
    """Yield the sensitive words near any of the people in order, each once, however close together people stand."""
    done = 0
    for start, end in people:
        for match in _TERM.finditer(low, max(done, start - _NEAR), end + _NEAR):
            kind, weight = (match.lastgroup or "_").rsplit("_", 1)
            yield *match.span(), kind, weight
            done = match.end()
        done = max(done, end + _NEAR - 20)  # a word that the window cut short is read again


def _people(text: str, low: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _TITLED.finditer(text))
    for match in _OLD.finditer(low):
        if age := _ONE_OF_AN_AGE.search(low[max(0, match.start() - 40) : match.start()]):
            yield match.start() - len(age[0]), match.end()
    yield from (match.span() for match in _DECADE.finditer(low))
    if sum(map(low.__contains__, _COURT)) > 1:
        yield from (match.span() for pattern in (_PARTIES, _PARTY) for match in pattern.finditer(text))
    for match in _DEATH_OF.finditer(text):
        nearby = low[max(0, match.start() - 150) : match.end() + 60]
        died = _DEATH.search(low[max(0, match.start() - 15) : match.start()])
        if died and match[1].lower() in _FIRST_NAMES and not _FAMOUS.search(nearby) and not _IN_ROLE.search(nearby):
            yield match.span()
    yield from (span for span in _aliases(text, low) if not _FAMOUS.match(low, span[0]) and _is_told_of(text, *span))


def _aliases(text: str, low: str) -> Iterator[tuple[int, int]]:
    """Yield each letter, number, first name or pair of initials that stands for a person."""
    for match in _LETTER.finditer(text):
        if label := _LABEL.search(low[max(0, match.start() - 14) : match.start()]):
            yield match.start() - len(label[0]), match.end()
    names = {name for life, name in islice(_REVIEWED.findall(text), MOST) if life or name.lower() in _FIRST_NAMES}
    if "real name" in text or "a pseudonym" in text:
        names.update(islice(_NOT_REAL.findall(text), MOST))
    for match in islice(_ALIAS.finditer(text), MOST):
        # A name that few bear may be that of a team or a tool, unless somebody stands right before it.
        if _SOMEBODY.search(low, max(0, match.start() - (80 if match[1].lower() in _FIRST_NAMES else 20)), match.start(1)):
            names.add(match[1])
    known = sorted(name for name in names if name.lower() not in _NOT_NAMES)
    if any(map(text.__contains__, _INITIALS_DO)):
        yield from (match.span() for match in _INITIALS.finditer(text))
    if known:
        yield from (match.span() for match in re.finditer(rf"\b(?:{'|'.join(known)})\b(?! [A-Z][a-z])", text))


def _is_told_of(text: str, start: int, end: int) -> bool:
    """Say whether the text tells something of this person, rather than naming a review after them."""
    return bool(_TELLS.match(text, end)) or not _REVIEW_BEFORE.search(text[max(0, start - 60) : start])
