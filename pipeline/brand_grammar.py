"""Words that show, by where they stand, whether a name is meant as a brand or as an ordinary word."""

from __future__ import annotations


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


# Directly before a name these make it a common noun or a verb: "the target", "to chase".
DETERMINERS = _words(
    "a an the my your his her its our their this that these those some any no every each another one two "
    "never let's i we you he she it they who"
)
MODALS = _words("will can could would should might must don't didn't doesn't can't won't")
# Before a capital they show that it is neither a person nor a place: "a Ford", "my Delta flight".
OWNED = _words("a an my your his her our their another these those")
# What companies and people do, things do not: "Target says …" is the shop.
AGENT_VERBS = _words(
    "says said told tells announces announced unveils unveiled launches launched introduces introduced offers "
    "wants wanted refuses refused sends gave gives hires fires pays sued sues charges opens knows reports reported "
    "recalls raises lost broke owes admits confirms acquires buys sells signs apologised apologized promised makes "
    "made"
)
# The same, but for a passive: "Target raised its prices" is the shop, "target raised to $135" is not.
AGENT_PARTICIPLES = _words(
    "acquired ate banned blocked bought canceled cancelled charged closed cut declined deleted delivered denied "
    "dropped fined fired forgot froze hired ignored killed left locked offered opened ruined scammed suspended took "
    "overcharged paid raised recalled refunded rejected removed replaced sent shipped signed sold stopped"
)
AFTER_PASSIVE = _words(
    "to by at in on from out for with and up down again off after before when between across over under near since "
    "until because"
)
# After a word that begins a sentence these make it a verb or a thing: "Marvel at", "Vans are".
AFTER_VERB = _words(
    "a an the my your his her its our their this that these those me you him them us it yourself with at to in into on "
    "onto past through from for of out up down off over across between around until when because than are were"
)
# After a name that begins a sentence without an article, these make it a proper name: "Intel is late".
FINITE_VERBS = _words(
    "is has was had just really needs keeps kept does doesn't did didn't won't will can can't should never always "
    "still finally isn't hasn't have know want need keep charge say now also please "
    "pls"
)
# Directly after "at apple" these show that the noun phrase ended with the name.
PHRASE_ENDS = _words(
    "and but so or because when while if since as than then for to in on with by i we you he she they it is was "
    "has had today tonight yesterday tomorrow now again last this that the a my right just still who after before "
    "until about they're it's i'm via instead near"
)
PLACE_PREPOSITIONS = _words("at from in into inside outside on via than")
# Before "apple" without an article these show that it is somebody one deals with: "paid apple and".
DEALING_VERBS = _words(
    "paid pay paying love loves loved hate hates hated boycott boycotting recommend use used using miss missed flying "
    "fly flew left leaving ditch ditched ditching quit avoid avoiding prefer trust trusted sue suing called calling "
    "emailed contacted asked told blame thank try tried joined"
)
# Before a name without an article, these begin a clause of which it is the subject: "because apple is".
BEFORE_SUBJECT = _words(
    "and but so because cause cos if when while that think swear hope bet guess yeah yes lol ok okay omg wow since "
    "though although as like honestly why how"
)
# After "to gap" these speak against a verb.
AFTER_PLACE = _words("and but because so again today yesterday tomorrow") | {""}
# "to" and "with" need a word before them: "went to target for", but not "wants to target the young".
GOING = _words(
    "go goes going went run ran drive drove back trip over switch switched switching moved migrated pop popped nip "
    "nipped in"
)
DEALING = _words("done issue issues problem problems trouble experience account deal dealing hold phone")
# "why is apple …", "how does target …": a thing would have its article.
QUESTION_WORDS = _words("why how when what where who since")
AUXILIARIES = _words("is isn't was does doesn't did didn't has hasn't will won't can can't would wouldn't")
ADDRESSING = _words("dear hey thanks thank yo hello attention congrats shoutout")
AFTER_ADDRESS = _words(
    "please pls your you why what stop fix can do when how get u add bring give make tell explain listen sort"
)
CONNECTING = _words("and of the in & n")
