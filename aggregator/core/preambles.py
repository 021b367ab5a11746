"""What language models write instead of a translation, or around it: "As an AI ...", "Here is the translation:", 抱歉，我无法 ..."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

# where an answer begins: what a model calls itself, and that it will not
_REFUSALS = (
    r"as an? (?:ai|artificial intelligence|(?:large )?language model)\b",
    r"als (?:ki|künstliche intelligenz|sprachmodell)\b",
    r"en tant qu['’]?(?:ia\b|intelligence artificielle|assistant|modèle de langage)",
    r"como (?:una? )?(?:ia\b|inteligencia artificial|modelo de lenguaje)",
    r"como (?:uma? )?(?:ia\b|inteligência artificial|modelo de linguagem)",
    r"come (?:ia\b|intelligenza artificiale|modello linguistico)",
    r"als (?:een )?(?:ai\b|taalmodel)",
    r"jako (?:ai\b|model językowy|sztuczna inteligencja)",
    r"как (?:ии\b|искусственный интеллект|языковая модель)",
    r"як (?:ші\b|штучний інтелект|мовна модель)",
    r"作[为為](?:一[个個款名])?(?:ai|人工智[能慧]|(?:大型?)?[语語]言模型)",
    r"(?:私は)?(?:ai|人工知能|(?:aiの?)?(?:大規模)?言語モデル)(?:アシスタント)?(?:として、|なので、|ですので)",
    r"(?:저는 )?(?:ai|인공지능|언어 모델)(?:로서|이기 때문|이므로)",
    r"bir (?:yapay zek[aâ]|dil modeli) olarak",
    r"sebagai (?:model bahasa|ai\b|kecerdasan buatan)",
    r"là một (?:mô hình ngôn ngữ|ai\b|trí tuệ nhân tạo)",
    r"(?:بصفتي|كوني|باعتباري) (?:نموذج|ذكاء)",
    r"एक (?:ai|एआई|भाषा मॉडल)",
    r"(?:(?:i['’]?m|i am|we['’]?re) (?:very |so |really )?(?:sorry|afraid)|sorry|i apologi[sz]e|unfortunately|"
    r"apologies)?[,.:]?\s?(?:but\s)?i(?:['’]m| am)? ?(?:can['’]?t|can ?not|won['’]?t|will not|unable to|not able to|could not|"
    r"couldn['’]t)\s(?:be able to\s)?(?:assist|help (?:you )?with|translate|fulfil|comply|provide|complete|process|continue with|"
    r"generate|engage|access)",
    r"(?:(?:很|非常|十分)?(?:抱歉|对不起|對不起|遗憾|遺憾)|不好意思)[，,。.！!\s]*(?:但是?)?我?(?:目前|暂时|暫時)?(?:无法|無法|不能|"
    r"不可以|没办法|沒辦法)(?:帮|幫|协助|協助|提供|翻译|翻譯|回答|处理|處理|满足|滿足|完成|给|給|为您|為您|继续|繼續|生成|访问|存取)",
    r"我(?:无法|無法|不能)(?:协助|協助|提供|翻译|翻譯|回答|满足|滿足|完成|处理|處理)(?:这|這|该|該|您|你|此|翻)",
    r"(?:大変)?(?:申し訳(?:ありません|ございません)|すみません|恐れ入ります|残念ながら)(?:が|けど)?[、,。\s]?.{0,30}"
    r"(?:翻訳|お手伝い|お答え|ご?対応|ご?要望|リクエスト)[^。]{0,16}(?:できません|できかねます|いたしかねます|出来ません)",
    r"(?:das |es )?(?:tut mir (?:sehr )?leid|entschuldigung|entschuldigen sie|leider)[,.]?\s?(?:aber )?(?:ich )?(?:kann|"
    r"darf)(?: ich)?\s.{0,40}(?:nicht|keine).{0,20}(?:übersetz|helfen|unterstütz|bearbeit|erfüll|liefern|bereitstell)",
    r"(?:je suis )?(?:vraiment )?(?:désolée?|navrée?)[,.]?\s?(?:mais )?je ne (?:peux|suis)\s(?:malheureusement )?pas\s.{0,20}"
    r"(?:tradui|aider|fournir|assister|répondre)",
    r"lo (?:siento|lamento)(?: mucho)?[,.]?\s?(?:pero )?no (?:puedo|me es posible)\s(?:ayudar|traducir|asistir|proporcionar|cumplir|"
    r"completar)",
    r"(?:desculpe|sinto muito|lamento)[,.]?\s?(?:mas )?(?:eu )?não posso\s(?:ajudar|traduzir|fornecer|atender|cumprir)",
    r"(?:mi (?:di)?spiace)[,.]?\s?(?:ma )?non posso\s(?:aiutar|tradurre|fornire|assister|soddisfare)",
    r"het spijt me[,.]?\s?(?:maar )?ik kan\s.{0,40}niet.{0,12}(?:vertal|help|verwerk)",
    r"(?:przepraszam|przykro mi)[,.]?\s?(?:ale )?nie mogę\s(?:pomóc|przetłumaczyć)",
    r"(?:извините|простите|к сожалению|мне жаль)[,.]?\s?(?:но )?я не могу\s(?:помочь|перевести|предоставить|выполнить|обработать)",
    r"(?:вибачте|на жаль)[,.]?\s?(?:але )?я не можу\s(?:допомогти|перекласти|надати)",
    r"(?:죄송합니다(?:만)?|죄송하지만|미안하지만)[,.]?\s?.{0,30}(?:번역|도와|도움|답변|제공).{0,10}(?:없습니다|수 없어요|어렵습니다)",
    r"(?:üzgünüm|özür dilerim|maalesef)[,.]?\s?(?:ama |ancak )?.{0,30}(?:yardımcı olamam|çeviremem|yapamam)",
    r"maaf[,.]?\s?(?:tetapi |tapi |namun )?saya tidak (?:dapat|bisa)\s(?:membantu|menerjemahkan)",
    r"(?:xin lỗi|rất tiếc)[,.]?\s?(?:nhưng )?tôi không thể\s(?:giúp|dịch|hỗ trợ|cung cấp)",
    r"(?:عذراً|عذرا|آسف|أعتذر|للأسف)[،,.]?\s?(?:ولكن |لكن )?(?:لا أستطيع|لا يمكنني|لا استطيع)",
    r"(?:क्षमा करें|माफ़? कीजिए|मुझे खेद है)[,।]?\s?.{0,30}(?:नहीं कर सक|असमर्थ)",
)
# where an answer begins
_ANNOUNCEMENTS = (
    r"(?:sure|certainly|of course|absolutely|okay|ok|great)[!,.:]?\s(?:here (?:you go|it is)\b|.{0,40}translat)",
    r"(?:好的|当然可以?|當然可以?|没问题|沒問題)[，,。.！!：:\s]{1,3}.{0,16}(?:翻[译譯]|[译譯]文)",
    r"(?:gerne|natürlich|sicher|selbstverständlich|klar)[!,.:]?\s.{0,40}übersetz",
    r"(?:claro|por supuesto|desde luego|con gusto|com certeza|certo|certamente)[!,.:]?\s.{0,40}(?:traduc|traduz|traduç)",
    r"(?:конечно|хорошо)[!,.:]?\s.{0,20}перевод",
    r"(?:네|물론입니다|알겠습니다)[!,.:]?\s.{0,16}번역",
    r"(?:elbette|tabii)[!,.:]?\s.{0,20}çeviri",
    r"here(?:['’]s| is| are)\s(?:the|your|a|my)\s(?:[\w-]+\s){0,4}translat\w+",
    r"(?:the )?(?:[\w-]+ )?translat(?:ion|ed text)(?: (?:in)?to [\w ()-]{2,30}| is| of [\w ]{2,30})?\s?(?:is )?(?:as follows)?\s?[:：]",
    r"translated (?:in)?to [\w ()-]{2,30}[:：]",
    r"(?:以下|下面|这|這)(?:[是为為])?.{0,14}(?:翻[译譯]|[译譯]文)(?:[结結]果|内容|內容|版本|文本)?(?:如下)?\s?[：:是为為。]",
    r"(?:中文|英文|日文|[简繁簡]体?體?中文)?(?:翻[译譯]|[译譯]文)(?:[结結]果)?(?:如下)?\s?[：:]",
    r"(?:はい、?|承知(?:し|いた)し?ました[。、]?|かしこまりました[。、]?)?(?:以下|こちら)[がはにの].{0,20}(?:翻訳|訳文|日本語訳|和訳)",
    r"(?:日本語)?(?:翻訳|訳文|日本語訳|和訳)(?:文|結果)?(?:は(?:以下|次)の.{0,8})?\s?[：:]",
    r"hier (?:ist|sind|kommt|finden sie)\s(?:die|ihre|deine|meine|eine|der)\s(?:[\wäöüß-]+\s){0,3}(?:übersetz\w+|übersetzte text)",
    r"(?:die )?(?:[\wäöüß-]+ )?übersetzung(?: ins? [\wäöüß ]{2,30}| lautet)?(?: wie folgt)?\s?:",
    r"(?:bien sûr|certainement|d['’]accord|voici)[ !,.:]{1,3}(?:voici )?(?:la |le |votre |une )?(?:[\w'’-]+\s){0,3}(?:traduction|"
    r"texte traduit)",
    r"(?:la )?traduction(?: en [\wç]+| française| est)?\s?:",
    r"aquí (?:está|tienes?|tiene usted|va)\s(?:la |el |tu |su )?(?:[\w-]+\s){0,2}(?:traducción|texto traducido)",
    r"(?:la )?traducción(?: al [\wñ]+| es)?\s?:",
    r"(?:aqui está|segue(?:-se)?)\s(?:abaixo )?(?:a |o |sua )?(?:tradução|texto traduzido)",
    r"(?:a )?tradução(?: para o [\wê]+)?\s?:",
    r"ecco (?:la |il |una )?(?:tua )?(?:traduzione|testo tradotto)",
    r"(?:la )?traduzione(?: in [\w]+)?\s?:",
    r"hier (?:is|volgt) (?:de |uw |je )?vertaling",
    r"(?:de )?vertaling(?: in het [\w]+)?\s?:",
    r"oto (?:twoje )?tłumaczenie",
    r"tłumaczenie(?: na [\w]+)?\s?:",
    r"вот (?:ваш |мой )?перевод",
    r"перевод(?: на [а-я]+)?\s?:",
    r"(?:ось |звичайно, ось )переклад",
    r"переклад\s?:",
    r"(?:다음은|여기|아래는).{0,12}번역",
    r"번역(?:문|본| 결과)?\s?:",
    r"işte (?:metnin )?çeviri",
    r"çeviri(?:si)?\s?:",
    r"(?:berikut|ini)(?: adalah)? terjemahan",
    r"terjemahan(?:nya)?\s?:",
    r"(?:đây|dưới đây) là (?:bản )?dịch",
    r"bản dịch\s?:",
    r"(?:إليك|هذه هي|فيما يلي) (?:ال)?ترجمة",
    r"الترجمة\s?:",
    r"(?:यहाँ|यहां|यह) .{0,10}अनुवाद",
    r"अनुवाद\s?:",
    r"(?:<\|im_start\|>|\[inst\]|assistant\s?:|system\s?:|<think>|translate the following)",
)
# where it ends
_REMARKS = (
    r"[(（\[]?(?:translator['’]s )?note\s?[:：][^.。]{0,80}\b(?:translat|original|source text)",
    r"let me know if you",
    r"[(（【]?(?:翻[译譯]|[译譯]者)(?:说明|說明|[备備]注|注)\s?[:：]",
    r"如(?:果您?|您|有).{0,12}(?:翻[译譯]|[译譯]文|修改|调整|調整).{0,8}(?:请|請|随时|隨時)告",
    r"hinweis\s?: (?:ich|die übersetzung)",
    r"(?:ご不明な点|他に(?:何か)?翻訳).{0,20}(?:ください|お知らせ)",
)

_AROUND = r"[\s\"'“”„«»「『（(*_#>-]*"
_END = 200  # characters


@cache
def _beginnings(phrases: Sequence[str]) -> re.Pattern[str]:
    """Compiled by its first use, which takes some milliseconds: few commands translate."""
    return re.compile(_AROUND + "(?:" + "|".join(phrases) + ")", re.IGNORECASE)


@cache
def _remark() -> re.Pattern[str]:
    return re.compile("|".join(_REMARKS), re.IGNORECASE)


def is_refusal(text: str) -> bool:
    """Whether a text begins as a model does that will not translate, in one of some twenty languages."""
    return _beginnings(_REFUSALS).match(text) is not None


def is_talk(text: str) -> bool:
    """Whether a text announces a translation where it begins or remarks on one where it ends."""
    return _beginnings(_ANNOUNCEMENTS).match(text) is not None or _remark().search(text, max(0, len(text) - _END)) is not None
