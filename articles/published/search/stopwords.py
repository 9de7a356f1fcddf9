"""Words of questions that do not describe the subject, so they do not distinguish articles."""

_WORDS = """
about actually advice advise after again all already also am another any anybody anyone anything ask asked at
bad bring call came can cannot come could days dear does doing done dont each else ever every everyone evidence
feel feeling fine find for from get gets getting give given gives giving go goes going gone gonna good got great
had hardly has have having he heard hello help helps her here hi him his how however husband if is it its ive
just keep keeps kept kind know known last late lately let like likely little long look looks lot lots made make
makes making many matter may maybe me mean means mine mother mum mom dad father daughter son wife partner friend
girl boy man woman people person somebody someone something anymore month months more most much must my
myself need needed needs never new next no normal not now number of ok okay old once one only or other our out
own patient patients please possible proportion put question quite read really reason recommend recommended right said
same say says see seem seems seen she should show since so some soon sort still such sure take taken takes
taking talk tell than thank thanks that their them then there these they thing things think this those though
thought time times to today told too tried try trying two under up us use used useful uses using usually very
want wants was way we week weeks well went were what when where which while who whole why will with
without wonder wondering work works worried worry worse worth would year years yes yet you your yourself
doctor doctors told nurse gp
effect effective treat treated treatment cause caused causes result results happen happens best better
"""

CHATTER = frozenset(_WORDS.split())
