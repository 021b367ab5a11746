import codecs

import pytest

from aggregator.sources.encoding import decode

CHINESE = "老字号“同喆斋”重开百年店面"
TRADITIONAL = "新盤首推九十八伙，入場費六百五十萬元起"
JAPANESE = "灯台カフェ、築九十年の宿舎を改装して開業"
KOREAN = "항구 도시의 등대 카페가 문을 열었다 똠"
FRENCH = "Ostréiculture : le Cœur de l’estuaire à 5,20 €"


def xml(text, encoding=""):
    return f'<?xml version="1.0"{f" encoding={encoding!r}" if encoding else ""}?><rss><t>{text}</t></rss>'


@pytest.mark.parametrize(
    ("text", "declared", "written"),
    [
        (CHINESE, "GBK", "gbk"),
        (CHINESE, "gb2312", "gbk"),  # the larger set under the smaller one's name
        (CHINESE + "𠮷", "GB18030", "gb18030"),
        (TRADITIONAL, "Big5", "big5"),
        (TRADITIONAL + "嘅啲", "big5", "big5hkscs"),
        (JAPANESE + "①", "Shift_JIS", "cp932"),
        (JAPANESE, "EUC-JP", "euc_jp"),
        (KOREAN, "EUC-KR", "cp949"),
        (FRENCH.replace("’", "'"), "iso-8859-15", "iso-8859-15"),
        (FRENCH, "iso-8859-1", "cp1252"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "", "utf-8"),
    ],
)
def test_an_encoding_is_read_from_the_xml_declaration_and_from_the_header(text, declared, written):
    assert decode(xml(text, declared).encode(written)) == (xml(text, declared), "")
    assert decode(xml(text).encode(written), content_type=f'text/xml; charset="{declared}"' if declared else "") == (xml(text), "")


RUSSIAN = "Рынок растёт, а цены — нет"


@pytest.mark.parametrize(
    ("text", "written", "labels"),
    [
        (CHINESE, "gbk", "x-gbk GB_2312-80 gb_2312 csGB2312"),
        (TRADITIONAL, "big5", "x-x-big5 cn-big5"),
        (JAPANESE, "cp932", "x-sjis windows-31j Windows-932"),
        (JAPANESE, "euc_jp", "x-euc-jp csEUCPkdFmtJapanese"),
        (KOREAN, "cp949", "windows-949 csEUCKR KSC_5601 ks_c_5601-1989"),
        (RUSSIAN, "cp1251", "x-cp1251"),
        (RUSSIAN, "mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"),
        (RUSSIAN.replace("—", "-"), "koi8-r", "koi koi8"),
        (RUSSIAN.replace("—", "-"), "koi8-u", "koi8-ru"),
        (RUSSIAN.replace("—", "-"), "iso8859-5", "iso88595"),
        ("ตลาดหุ้นไทย …", "cp874", "windows-874 dos-874 TIS-620 iso-8859-11"),
        ("İstanbul’da fiyatlar", "cp1254", "iso-8859-9 x-cp1254"),
        ("שוק ההון", "iso8859-8", "logical iso-8859-8-i visual"),
    ],
)
def test_labels_that_browsers_know_are_known(text, written, labels):
    for label in labels.split():
        assert decode(xml(text).encode(written), content_type=f"text/xml; charset={label}") == (xml(text), "")
        assert decode(xml(text, label).encode(written)) == (xml(text, label), "")


@pytest.mark.parametrize("label", ["x-no-such-thing", "utf-16"])
def test_what_is_in_an_unknown_encoding_is_not_taken_for_latin_1_in_silence(label):
    body = xml(CHINESE, label).encode("gbk")
    assert decode(body)[1] == f"the text says that it is in {label!r}, which is not known; read as Latin-1"
    assert decode(body, language="zh") == (xml(CHINESE, label), "")
    assert decode(xml("Märkte", label).encode("cp1252"), content_type="text/xml; charset=iso-8859-1") == (xml("Märkte", label), "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_decides_against_all_claims(encoding):
    assert decode(xml(CHINESE, "gbk").encode(encoding), content_type="text/xml; charset=big5") == (xml(CHINESE, "gbk"), "")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_first_character(encoding):
    assert decode(xml(CHINESE, "utf-16").encode(encoding))[0] == xml(CHINESE, "utf-16")
    assert decode('{"a": "喆"}'.encode(encoding))[0] == '{"a": "喆"}'


def test_utf_8_that_calls_itself_utf_16_is_utf_8():
    assert decode(xml(CHINESE, "utf-16").encode()) == (xml(CHINESE, "utf-16"), "")


@pytest.mark.parametrize("claim", ["iso-8859-1", "us-ascii", "windows-1252"])
def test_latin_1_that_a_server_claims_unasked_is_not_believed_of_utf_8(claim):
    assert decode(xml(FRENCH).encode(), content_type=f"text/xml; charset={claim}") == (xml(FRENCH), "")
    assert decode(xml(FRENCH, claim).encode()) == (xml(FRENCH, claim), "")


@pytest.mark.parametrize("claim", ["gb2312", "gb18030", "big5", "shift_jis", "euc-kr", "iso-8859-2", "windows-1251"])
def test_utf_8_is_known_by_its_looks_against_all_claims(claim):
    assert decode(xml(CHINESE, claim).encode(), content_type=f"text/xml; charset={claim}") == (xml(CHINESE, claim), "")


@pytest.mark.parametrize(
    ("text", "written", "language"),
    [(CHINESE, "gbk", "zh-CN"), (TRADITIONAL, "big5", "zh-TW"), (JAPANESE, "cp932", "ja"), (KOREAN, "cp949", "ko")],
)
def test_a_wrong_claim_of_utf_8_gives_way_to_what_the_language_suggests(text, written, language):
    body = xml(text, "utf-8").encode(written)
    assert decode(body, content_type="text/xml; charset=utf-8", language=language) == (xml(text, "utf-8"), "")


def test_a_few_broken_bytes_of_utf_8_are_not_read_in_a_national_encoding():
    broken = xml(CHINESE * 20).encode().replace("喆".encode(), b"\xe5\x96", 1)
    assert decode(broken, language="zh-CN")[0].count(CHINESE) == 19


def test_two_characters_that_could_be_utf_8_are_what_they_claim_to_be():
    assert decode("<a>联通</a>".encode("gbk"), content_type="text/xml; charset=gbk") == ("<a>联通</a>", "")


def test_a_header_is_believed_before_the_declaration():
    assert decode(xml(CHINESE, "utf-8").encode("gbk"), content_type="application/xml; charset=GB2312") == (xml(CHINESE, "utf-8"), "")


@pytest.mark.parametrize(
    ("text", "written", "language"),
    [
        (CHINESE, "gbk", "zh-CN"),
        (TRADITIONAL, "big5", "zh-HK"),
        (TRADITIONAL, "big5", "zh-Hant"),
        (JAPANESE, "cp932", "ja"),
        (KOREAN, "cp949", "ko-KR"),
    ],
)
def test_where_nothing_is_declared_the_language_of_the_source_suggests_an_encoding(text, written, language):
    assert decode(xml(text).encode(written), language=language) == (xml(text), "")


def test_one_broken_byte_costs_one_place_and_is_mentioned():
    body = xml(CHINESE * 20, "utf-8").encode()
    broken = body.replace("喆".encode(), b"\xe5\x96", 1)
    text, complaint = decode(broken)
    assert text.count("\ufffd") == 1
    assert text.count(CHINESE) == 19
    assert complaint == "1 places are not valid utf-8 and were replaced"


@pytest.mark.parametrize("label", ["undefined", "idna", "punycode", "unicode_escape", "hex", "rot13", "no-such-thing", "utf-16", "charmap"])
def test_a_label_that_names_no_usable_encoding_is_passed_over(label):
    assert decode(xml(CHINESE).encode(), content_type=f"text/xml; charset={label}") == (xml(CHINESE), "")


def test_anything_at_all_becomes_text():
    for body in (b"", b"\xff", bytes(range(256)), b"\x00\x01", codecs.BOM_UTF16_LE + b"\xd8", b"<\x00"):
        text, _ = decode(body)
        assert isinstance(text, str)
    assert decode(b"\x81\x8d\x8f")[1] == "the text is in no known encoding; read as Latin-1"


def test_a_page_says_its_encoding_itself():
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head>'
    for name, text in (("windows-1251", "Рынок растёт"), ("gb2312", "市场正在扩大"), ("utf-8", "Märkte")):
        page = f"{head.format(name)}{text}".encode(name)
        for content_type in ("text/html", "text/html; charset=ISO-8859-1"):
            assert decode(page, content_type=content_type) == (page.decode(name), "")
    assert decode(f"{head.format('gb2312')}Märkte".encode())[0].endswith("Märkte")
