"""What language models say around a translation or instead of one, and news that only sounds like it."""

from __future__ import annotations

import pytest

from aggregator.core.preambles import is_refusal, is_talk
from aggregator.core.verify import problems


@pytest.mark.parametrize(
    "said",
    [
        "As an AI language model, I cannot form an opinion.",
        "I'm sorry, but I can't assist with that request.",
        "Sorry, I cannot translate this text.",
        "I cannot help with this.",
        "Unfortunately, I am unable to provide a translation.",
        "抱歉，我无法翻译这段内容。",
        "很抱歉，我不能协助处理此请求",
        "對不起，我無法提供翻譯。",
        "作为一个人工智能语言模型，我没有个人观点。",
        "我无法满足您的请求",
        "申し訳ありませんが、この文章は翻訳できません。",
        "AI言語モデルとして、意見を述べることはできません。",
        "Als KI-Sprachmodell kann ich dazu nichts sagen.",
        "Es tut mir leid, aber ich kann diesen Text nicht übersetzen.",
        "Leider kann ich Ihnen dabei nicht helfen.",
        "Je suis désolé, mais je ne peux pas traduire ce texte.",
        "En tant qu'IA, je n'ai pas d'opinion.",
        "Lo siento, pero no puedo ayudar con eso.",
        "Como modelo de lenguaje, no puedo opinar.",
        "Desculpe, mas não posso ajudar com isso.",
        "Mi dispiace, ma non posso tradurre questo testo.",
        "Извините, но я не могу перевести этот текст.",
        "Как языковая модель, я не имею мнения.",
        "죄송하지만 이 요청은 도와드릴 수 없습니다.",
        "AI로서 의견이 없습니다.",
        "Przepraszam, ale nie mogę pomóc.",
        "Xin lỗi, tôi không thể giúp bạn.",
        "عذراً، لا أستطيع المساعدة",
    ],
)
def test_refusals(said: str) -> None:
    assert is_refusal(said)
    assert "refusal" in problems("Der DAX schloss höher.", said, source="de", target="en")


@pytest.mark.parametrize(
    "said",
    [
        "Here is the translation: Stocks rose.",
        "Here's the translated text:\nStocks rose.",
        "Translation: Stocks rose.",
        "English translation: Stocks rose.",
        "Sure! Here is the English translation:",
        "Certainly, here you go",
        "The translation is as follows: Stocks rose.",
        "Stocks rose. (Note: the original text names no index.)",
        "Stocks rose. Let me know if you need anything else.",
        "以下是翻译：股市上涨",
        "以下是该文本的中文翻译：",
        "好的，以下是翻译：",
        "翻译如下：股市上涨",
        "译文：股市上涨",
        "翻譯：股市上漲",
        "股市上涨。（译者注：原文如此）",
        "以下は翻訳です。",
        "翻訳：株価は上昇した",
        "はい、以下が日本語訳です。",
        "Hier ist die Übersetzung: Die Kurse stiegen.",
        "Übersetzung: Die Kurse stiegen.",
        "Gerne! Hier ist die deutsche Übersetzung:",
        "Voici la traduction : les cours montent.",
        "Traduction : les cours montent.",
        "Aquí está la traducción: las acciones suben.",
        "Claro, aquí tienes la traducción:",
        "Aqui está a tradução:",
        "Ecco la traduzione: le borse salgono.",
        "Вот перевод: акции выросли.",
        "Перевод: акции выросли.",
        "다음은 번역입니다:",
        "번역: 주가가 올랐다",
        "Oto tłumaczenie:",
        "Hier is de vertaling:",
        "İşte çeviri:",
        "Berikut terjemahannya:",
        "<think>The user wants",
    ],
)
def test_announcements_and_remarks(said: str) -> None:
    assert is_talk(said)
    assert "preamble" in problems("Der DAX schloss höher.", said, source="de", target="en")


@pytest.mark.parametrize(
    "news",
    [
        "As an airline, it was the first to fly again.",
        "I can't believe it, said the winner.",
        "Sorry, we're closed: shops give up",
        "Here is what we know about the crash",
        "Of course the market fell, analysts said.",
        "Translation services firm to go public",
        "抱歉，他说，这是我的错。",
        "人工智能公司发布新模型",
        "以下是今日要闻：",
        "AI企業として初の上場",
        "残念ながら、変更や割引は出来ません。",
        "Leider kann ich nicht kommen, sagte die Ministerin.",
        "Claro, dijo el ministro, le creo.",
        "如果您需要收据，请告诉我们。",
        "Entschuldigung des Ministers",
        "Notes: the bank's shares fell 3%.",
    ],
)
def test_news_is_neither(news: str) -> None:
    assert not is_refusal(news) and not is_talk(news)


def test_what_the_source_says_itself_may_be_translated() -> None:
    assert problems("抱歉，我无法提供帮助。", "Sorry, I can't help with that.", source="zh-CN", target="en") == ()
    assert problems("Übersetzung: so heißt der Roman", "Translation: that is the novel's name", source="de", target="en") == ()
