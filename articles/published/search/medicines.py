"""Recognise names of medicines by the WHO stems of international nonproprietary names.

A false match only makes the correction of that word stricter. Source: WHO, “The use of stems in the selection of
international nonproprietary names (INN) for pharmaceutical substances”, and common older endings.
"""

import re

_ENDS = """
    abine actose adol afil amine amivir anib arotene asvir azenil azepam azepine azid azine azocine azolam azoline
    azone azosin bactam bendazole binol bradine buvir caftor caine cept ciclib ciclovir cillamine cillin citabine
    clidinium codone conazole coxib crinat curium curonium cycline cyclovir diol dipine dralazine drine dronate
    dronic entan ergoline ethidine fenac fentanil fentanyl fiban fibrate floxacin flurane formin fungin fylline
    gabalin gatran gepant gesterone gestone gestrel gliflozin glinide gliptin glitazone glutide gramostim grastim
    grel guanidine icam ifene imibe kinra leukin limus lisib listat lukast lysine mab mantadine mectin micin morelin
    morphone mustine mycin navir nidazole nidine olol olone onide orphan oxacin oxan oxepin oxetine oxin pamide
    pamil parib parin peridol peridone phylline pidem piprazole pitant platin poetin pramine prazole pressin previr
    pril prilat prim profen promazine prost qualone quine quinidine quinine racetam racil relin relix renone ribine
    rixin rizine rolimus rubicin sartan semide serine setron siran solone sone sonide sporin sporine stanol statin
    sterone stigmine sulfan sulfone tadine taxel tecan tegravir tepa teplase terol thiazide tiazem tiazide tidine
    tinib tocin toxin trexate trexed trexone trigine triol triptan triptyline tropium ulose vaptan verine vir virine
    vudine xaban zalone zepam zolam zolamide zole zolid zomib zosin
"""
_BEGINNINGS = "barb cef ceph estr gli gly oestr pred rifa sulfa sulpha"

STEM = re.compile(rf"(?:(?:{'|'.join(_BEGINNINGS.split())}).{{3,}}|.{{2,}}(?:{'|'.join(_ENDS.split())})e?s?)")


def looks_like_a_medicine(word: str) -> bool:
    return STEM.fullmatch(word) is not None
