"""Groups of synonyms: read from a file, found in queries, shown, and switched off."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import And, Or, Phrase, SettingsError, Term, fold, use_dictionary
from indexer.settings import Settings, read_settings
from indexer.updating.pipeline import update_index
from searchapp.language.cutting import find_pairs
from searchapp.language.equals import Lexicon, read_lexicon
from searchapp.language.parsed import Understood
from searchapp.language.parsing import parse_query
from searchapp.language.synonyms import read_synonyms
from tests.conftest import PROJECT, browse


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    file = tmp_path / "synonyms.txt"
    file.write_text("\ufeff# 机构\n中国科协=中国科学技术协会＝全国科協\n\nCAST = 中国航天 # 公司\n", encoding="utf-8")
    return Lexicon(read_synonyms(file))


def test_a_name_is_looked_for_in_its_other_forms(lexicon: Lexicon) -> None:
    parsed = parse_query("全国科协", lexicon)
    others = ("中国科协", "中国科学技术协会")
    assert parsed.query == Or((And((Term("全国"), Term("科协"))), Term("全国科协", others)))
    assert parsed.understood == [Understood("全国科协", others)]
    assert parsed.needles[0].forms == others
    assert parse_query("中国科协", lexicon).understood == [Understood("中国科协", ("中国科学技术协会", "全国科協"))]


def test_a_name_inside_a_longer_part_keeps_its_neighbours(lexicon: Lexicon) -> None:
    text = "全国科协党组会议"
    query = parse_query(text, lexicon).query
    name = Or((And((Term("全国"), Term("科协"))), Term("全国科协", ("中国科协", "中国科学技术协会"))))
    assert query == Or((And((name, Term("党组"), Term("会议"))), Phrase(text, pairs=find_pairs(fold(text)))))


def test_quoted_and_literal_queries_have_no_synonyms(lexicon: Lexicon) -> None:
    assert parse_query("“中国科协”", lexicon).query == Phrase("中国科协")
    literal = parse_query("中国科协", lexicon, literal=True)
    assert literal.understood == []
    assert "全国科协" not in repr(literal.query)


def test_nothing_is_read_out_of_the_middle_of_a_word(lexicon: Lexicon, tmp_path: Path) -> None:
    file = tmp_path / "more.txt"
    file.write_text("人大=全国人民代表大会\n", encoding="utf-8")
    assert parse_query("本人大多", Lexicon(read_synonyms(file))).understood == []
    assert parse_query("市人大", Lexicon(read_synonyms(file))).understood == [
        Understood("市人大", ("全国人民代表大会",))
    ]
    assert "4年" not in repr(parse_query("李四年会", lexicon).query)


def test_latin_names_are_whole_words(lexicon: Lexicon) -> None:
    assert parse_query("cast", lexicon).understood == [Understood("cast", ("中国航天",))]
    assert parse_query("broadcast", lexicon).understood == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("中国科协\n", "line 1: a group needs two different names"),
        ("中国科协=中國科協\n", "line 1: a group needs two different names"),
        ("甲一=乙一\n丙一=甲一\n", "line 2: 甲一 is in another group already"),
        ("碳元素=C\n", "line 1: a group needs two different names"),
        ("=".join(f"名{n}字" for n in range(21)), "line 1: a group has at most 20 names, this one has 21"),
    ],
)
def test_a_mistake_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        read_synonyms(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_synonyms(tmp_path / "none.txt")


def test_the_examples_that_we_ship_can_be_used() -> None:
    """The settings in deploy/ name all three files of a house."""
    settings = read_settings(PROJECT / "deploy" / "archive.toml").settings
    lexicon = read_lexicon(settings)
    use_dictionary(None)
    assert parse_query("全国科协", lexicon).understood[0].synonyms == ("中国科协", "中国科学技术协会")
    assert lexicon.calendar.parse("七届理事会期间") == (20170601, 20220631)


# --- the names that we ship: what is typed, and the sentence of a document that holds another name only
FOUND = [
    ("国家发改委", "国家发展和改革委员会印发通知"),
    ("国家发展和改革委员会", "由国家发改委牵头"),
    ("发改委", "临江县发展和改革委员会的批复"),
    ("中纪委", "中国共产党中央纪律检查委员会全会"),
    ("中共中央组织部", "中组部来函"),
    ("全总", "中华全国总工会的倡议"),
    ("共青团中央", "团中央表彰"),
    ("中国科学技术协会", "全国科协的表彰"),
    ("澜江省科协", "澜江省科学技术协会换届"),
    ("澜江省科学技术协会", "澜江省科协的来信"),
    ("白渚市人力资源和社会保障局", "白渚市人社局公告"),
    ("民革", "中国国民党革命委员会省委"),
    ("人大", "第八届人民代表大会"),
    ("人民代表大会", "市人大召开例会"),
    ("全国政协", "中国人民政治协商会议全国委员会委员"),
    ("最高检", "最高人民检察院工作报告"),
    ("社科院", "省社会科学院的课题"),
    ("证监会", "中国证券监督管理委员会核准"),
    ("卫生部", "国家卫健委答复"),
    ("国家卫生健康委员会", "国家卫计委答复"),
    ("自然资源部", "国土资源部批准"),
    ("地税局", "税务局大厅"),
    ("环保局", "生态环境局检查"),
    ("市场监管局", "质监局抽查"),
    ("科委", "科技局立项"),
    ("经贸委", "工信局立项"),
    ("铁道部", "国铁集团的车次"),
    ("北大", "北京大学教授"),
    ("北京大学", "北大教授"),
    ("南大", "南京大学教授"),
    ("哈尔滨工业大学", "哈工大教授"),
    ("内蒙古自治区", "内蒙古的牧场"),
    ("襄樊", "襄阳的古城"),
    ("二十大", "中国共产党第二十次全国代表大会开幕"),
    ("中国共产党第十九次全国代表大会", "学习十九大精神"),
    ("十一届三中全会", "中国共产党第十一届中央委员会第三次全体会议公报"),
    ("十四五规划", "国民经济第十四个五年规划"),
    ("抗战", "抗日战争老兵"),
    ("职工代表大会", "职代会通过决议"),
    ("电脑", "一台计算机"),
    ("PM2.5", "细颗粒物浓度"),
    ("三农", "农业、农村和农民的问题"),
    ("科普法", "科学技术普及法宣传月"),
    ("中华人民共和国科学技术普及法", "宣传科普法"),
    ("中华人民共和国公司法", "依照公司法注册"),
    ("中华人民共和国教育部", "教育部的通知"),
    ("工行", "中国工商银行柜台"),
]
# What is typed, and the sentence of a document that holds nothing of that meaning.
NOT_FOUND = [
    ("人大", "中国人民大学校庆"),
    ("人民代表大会", "北人大街的本人大多出席商人大会"),
    ("北京大学", "东北大学和湖北大学的学生，北大荒的麦子"),
    ("南京大学", "南大街的店铺"),
    ("澜江省科协", "江苏省科学技术协会换届"),
    ("国家发改委", "临江县发改委的批复"),
    ("国税局", "地税局大厅"),
    ("文化部", "国家旅游局答复"),
    ("人力资源和社会保障部", "人社部门答复"),
    ("环境保护法", "有关环保法规的汇编"),
    ("新中国成立", "中国民主建国会的来信"),
    ("中国科学院", "中国工程院增选"),
    ("十八大", "学习十九大精神"),
    ("最高人民法院", "最高人民检察院答复"),
    ("国有企业", "中国企业家协会和跨国企业"),
    ("工商银行", "化工行业的标准"),
    ("中国民主促进会", "民进党"),
    ("中山大学", "山东大学校庆"),
    ("东南大学", "南京大学校庆"),
]


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> FlaskClient:
    file = tmp_path / "sentences.jsonl"
    sentences = dict.fromkeys(sentence for _, sentence in FOUND + NOT_FOUND)
    lines = ({"id": text, "title": f"材料{at}", "text": text} for at, text in enumerate(sentences))
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    update_index(settings, [file])
    return browse(settings)


def find(site: FlaskClient, typed: str, **options: str) -> list[str]:
    more = "".join(f"&{name}={value}" for name, value in options.items())
    answer = json.loads(site.get(f"/api/v1/search?q={quote(typed)}&match=all&size=100{more}").text)
    return [hit["id"] for hit in answer["hits"]]


def test_what_is_typed_finds_documents_that_hold_another_name_of_it(site: FlaskClient) -> None:
    assert [(typed, text) for typed, text in FOUND if text not in find(site, typed)] == []
    assert [(typed, text) for typed, text in FOUND if text in find(site, typed, literal="1")] == []


def test_what_is_typed_finds_nothing_that_is_only_written_alike(site: FlaskClient) -> None:
    assert [(typed, text) for typed, text in NOT_FOUND if text in find(site, typed)] == []


def test_a_page_tells_names_of_another_time_from_names_of_the_same_time(site: FlaskClient) -> None:
    page = site.get(f"/search?q={quote('国家卫计委')}").text
    assert '也搜了：<span lang="zh-CN">国家卫生计生委、国家卫生和计划生育委员会</span>。' in page
    assert '也搜了前身：<span lang="zh-CN">卫生部、' in page
    assert "（至2013年）" in page
    assert '也搜了后称：<span lang="zh-CN">国家卫生健康委、国家卫生健康委员会、国家卫健委</span>（2018年起）' in page
    assert '也搜了后称：<span lang="zh-CN">科技局、' in site.get(f"/search?q={quote('科委')}").text
    (understood,) = json.loads(site.get(f"/api/v1/search?q={quote('襄樊')}").text)["understood"]
    assert understood == {
        "text": "襄樊",
        "synonyms": ["襄阳"],
        "renamed": [{"name": "襄阳", "when": "later", "year": 2010}],
    }


def test_what_a_house_says_of_a_name_wins_over_what_we_ship(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("人大=中国人民大学\n", encoding="utf-8")
    own = Lexicon(read_synonyms(file))
    assert parse_query("人大", own).understood == [Understood("人大", ("中国人民大学",))]
    assert parse_query("人民代表大会", own).understood == []
    assert parse_query("北大", own).understood == [Understood("北大", ("北京大学",))]
    assert parse_query("人民代表大会").understood == [Understood("人民代表大会", ("人大",))]
