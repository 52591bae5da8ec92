"""Words that a line of a title should not end in: they lean on what follows.

Articles, prepositions, conjunctions and auxiliaries of languages written with spaces, and
pronouns that are only ever a subject.
"""

from __future__ import annotations

__all__ = ["leans_on", "weak_endings"]

_WEAK = {
    "en": """a an the of to in on at by for from with about into over under after before between
        through during without within against among toward towards upon off per via as than and
        or but nor so yet if while because although though that which who whose whom is are
        was were be been being am has have had do does did will would shall should can could may
        might must not its their his her our your my this these those no vs
        i he she we they""",
    "de": """der die das den dem des ein eine einen einem einer eines kein keine in im ins an am
        ans auf aus bei beim bis durch für gegen mit nach ohne seit um unter über von vom vor zu
        zum zur zwischen und oder aber denn doch sondern dass ob weil wenn als wie ist sind war
        waren hat haben hatte wird werden wurde kann können muss müssen soll sollen will nicht
        sein seine ihr ihre ich er wir""",
    "fr": """le la les l’ un une des du de d’ à au aux en dans sur sous par pour avec sans chez
        vers entre depuis pendant avant après contre et ou mais ni car donc or que qu’ qui dont
        où si est sont était ont a sera peut doit ne n’ se s’ ce cet cette ces son sa ses leur
        leurs notre nos plus très je j’ tu il ils on""",
    "es": """el la los las lo un una unos unas de del a al en con sin por para sobre bajo entre
        desde hasta hacia según contra tras durante y e o u ni pero sino que quien cuyo si como
        cuando es son era fue ser está están ha han había se su sus mi no muy más""",
    "it": """il lo la i gli le l’ un uno una un’ di del dello della dei degli delle d’ a al allo
        alla ai agli alle da dal dallo dalla dai dagli dalle in nel nello nella nei negli nelle
        con su sul sullo sulla sui sugli sulle per tra fra e ed o od ma né che chi cui se come è
        sono era ha hanno non si suo sua più""",
    "nl": """de het een van in op aan met voor door bij naar uit over onder tegen tot tussen
        zonder sinds na om te en of maar want dat die als dan wie is zijn was waren heeft hebben
        had wordt worden werd kan kunnen moet zal niet zijn haar hun ik hij wij we""",
    "pt": """o a os as um uma uns umas de do da dos das em no na nos nas num numa a ao à aos às
        por pelo pela pelos pelas para com sem sob sobre entre até desde contra após e ou mas nem
        que quem se como quando é são foi era ser está estão tem têm há não seu sua mais""",
    "ca": """el la els les l’ un una uns unes de del dels d’ a al als en amb per pel pels sense
        sobre sota entre fins des i o però ni que qui si com és són era ha han no més""",
    "ro": """un o al a ai ale de la în din pe cu fără pentru prin spre sub între până și sau dar
        iar că să ce care este sunt a au nu mai""",
    "sv": """en ett den det de i på av till för från med utan om under över mellan genom efter
        före mot vid hos och eller men att som är var har hade ska kan vill inte sin""",
    "da": """en et den det de i på af til for fra med uden om under over mellem gennem efter før
        mod ved hos og eller men at som der er var har havde skal kan vil ikke sin""",
    "nb": """en ei et den det de i på av til for fra med uten om under over mellom gjennom etter
        før mot ved hos og eller men å at som er var har hadde skal kan vil ikke sin""",
    "pl": """a i o u w z we ze na do od po za przez przy dla bez pod nad przed między oraz lub
        albo ale że jak co czy się nie jest są był to ten ta""",
    "cs": """a i o u k ke s se v ve z ze na do od po za pro při bez pod nad před mezi nebo ale
        že jak co je jsou byl si ne ten ta to""",
    "sk": """a i o u k ku s so v vo z zo na do od po za pre pri bez pod nad pred medzi alebo ale
        že ako čo je sú bol sa si nie ten tá to""",
    "ru": """а и о у в во к ко с со на до от по за из для без под над при про через перед между
        или но да не ни что как чтобы если же бы ли это""",
    "uk": """а і й та о у в з зі із на до від по за для без під над при про через перед між або
        але не ні що як щоб якщо ж би чи це""",
    "hu": "a az egy és vagy de hogy mint nem ez ki mi",
    "el": """ο η το οι τα του της των τον την τους τις ένας μια ένα σε στο στη στην στον στα στους
        στις με από για και ή αλλά που να θα ότι αν είναι δεν μη""",
    "id": "dan atau di ke dari yang untuk dengan pada oleh dalam tidak akan adalah ini itu",
    "tr": "ve veya ile de da bir bu şu o ki mi için gibi en çok",
    "vi": "và của cho với trong trên là một các những để từ đến tại không đã sẽ được bị",
    "ga": "an na ag ar do de i is le ó a agus nó",
}
_WEAK["no"] = _WEAK["nn"] = _WEAK["nb"]
_SETS = {language: frozenset(words.split()) for language, words in _WEAK.items()}
_QUOTES = "\"'“”‘’„‚«»‹›([{¿¡"


def weak_endings(language: str) -> frozenset[str]:
    """The words for a BCP 47 tag; English ones when there is none, none for other languages."""
    return _SETS.get(language.partition("-")[0].lower() or "en", frozenset())


def leans_on(line: str, weak: frozenset[str]) -> bool:
    """Whether *line* ends in one of the *weak* words, as `weak_endings` gives them."""
    word = line[line.rfind(" ") + 1 :].lstrip(_QUOTES).casefold().replace("'", "’")
    return word in weak
