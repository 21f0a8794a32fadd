"""What reads as the name of a person: a surname and one or two characters more, or parts joined by a dot.

No dictionary of names: a name that nobody has met before must be recognised, by its surname and by what stands around.
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.analysis import words

# The single surnames of the Hundred Family Surnames and of the census' commonest, in daily use today.
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史"
    "唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸"
    "左石崔吉钮龚程嵇邢裴陆荣翁荀惠甄曲封储靳段焦巴牧隗山谷车侯宓蓬全班仰仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄"
    "印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂牛寿通边扈燕冀浦尚农温庄晏柴瞿阎充慕"
    "连茹习宦艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广禄阙东殳沃利蔚越夔隆师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关"
    "相查后荆红游竺权盖益桓公肖岳帅缑亢况郈琴归海晋楚闫法汝鄢涂钦仝肇覃佟代付邸卡苟冼撒仵揭迟欧粟原修练亓刀化芮佘尉员折虎来"
    "占召信才银粘由候辜肇芦朴阿牟侍随庹降商佴佰赏墨哈谯笪年爱阳隋丛漆邝敬战邰昝濮揣仉奉郏鄯冶甯谌訾芈钭禤岐颉茆苌酆区楼问种洛念朗续鄞衣门初宾闪鹿展习綦郗栗肥矫栗官占闭玉上丘逯勇麦"
)
_COMPOUND = (
    "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|东方|南宫|西门|独孤|端木|轩辕|申屠|太史|澹台|公冶|濮阳|淳于|单于|钟离"
    "|闾丘|呼延|赫连|拓跋|百里|东郭|闻人|完颜|纳兰|叶赫"
)
_HAN = "\u4e00-\u9fff"
BEGINS_NAME = frozenset(_SURNAMES) | {compound[0] for compound in _COMPOUND.split("|")}
SURNAME = f"(?:{_COMPOUND}|[{''.join(sorted(set(_SURNAMES)))}])"
# Parts joined by a dot: 尔肯江·吐拉洪.
DOTTED = f"[{_HAN}]{{1,8}}(?:[·•．][{_HAN}]{{1,8}}){{1,3}}"
NAME = f"(?:{DOTTED}|{SURNAME}[{_HAN}]{{1,2}})"
_WHOLE = re.compile(NAME)
# Short words that begin like a name but never are one where names stand.
_NEVER = frozenset(
    re.findall(
        r"\S+",
        """全会 大会 会议 单位 成员 代表 常委 委员 公司 通知 文件 通报 通告 公告 方案 计划 时间 时候 时代 高度 高校 万人 余人 余名 国家 全国
        全省 全市 全县 全区 全体 全面 全党 各位 广大 东部 明确 强调 应当 应该 任务 任何 关于 关键 相关 相应 从严 连续 连同 和谐 平台 安全
        安排 党委 党组 党员 党中央 国务院 文化 文明 方面 方向 方式 方法 终于 于是 成果 成立 成功 古人 向社会 公众 都要 能够 能力 双方 原因
        原则 原创 原文 原标题 信息 利用 法律 法院 农村 农业 农民 应急 解决 解放 解读 支持 支部 管理 计算 谈话 路线 包括 广泛 广州 强化 许多
        何时 何况 万众 常态 成为 成员单位 席位 通过 石油 武汉 温州 江苏 江西 安徽 云南 贺信 宁夏 海南 台湾 金融 白天 易于 冷静 充分 越来越
        后者 后来 相信 申请 申报 边界 国有 文艺 党政 党建 师生 商会 商务 门票 官方 来自 来源 员工 信用 化工 原来 代替 高层 高级 高等 高质量
        双创 由此 由于 上级 上述 上午 上海 上下 年度 年轻 年会 阳光 战略 初步 展开 展示 勇于 程序 项目 高新 常务 常规 牛羊 国际 国内 连任
        全委会 常委会 文联 和各 和市 和省 和县 及其 向全 向大 从而 都是 还要 那里 任职 任期 任组长 任主任 干部 于会 于大会 严格 双重 单独
        双向 都能 易地 终身 步伐 贡献 莫过于 白皮书 万里 时有 车间 空间 有关 关心 关注 关怀 党外 党内 党史 党章 班子 国旗 国歌 国庆 巩固 经验
        经济 经费 农技 农科 能源 能人 支撑 支付 项下 祝贺 祝愿 花卉 花木 马铃薯 牛奶 钟表 金牌 金奖 水利 水平 水库 山区 山东 山西 江河
        河南 河北 湖南 湖北 广东 广西 海外 海关 温度 明显 明年 明天 昌盛 严肃 高效 高端 高层次 文章 文旅 文件精神 施工 施行 应用 应对 应邀""",
    )
)


# Surnames that are far oftener common words: what follows them must not be a word as well (向与会, 和执行).
_RARELY_SURNAMES = frozenset(
    "向和全从于时有方都应任连成强明安关支路相经国能易双由阳后原代初师商门官来员信化党司水山占候沙过车容广通居利来尽终满充红召海功干种念朗续同区楼问种年边随幸宾"
)
_PLACES = frozenset("省市县区镇乡局部委办处院校所厂")
_NEVER_SECOND = frozenset("委组部厅局协会")
_THREE = 3
_NEVER_IN = re.compile("[们的他她我你它们仍很更]|年[的度]|.地$")
_NEVER_LAST = frozenset("等的了在及将还已被把向并其这那作做对就率是即曾")


@lru_cache(maxsize=1 << 16)
def is_name(text: str) -> bool:
    """Tell whether a text can be the whole name of a person."""
    if _WHOLE.fullmatch(text) is None or text in _NEVER or text[-1] in _NEVER_LAST or _NEVER_IN.search(text):
        return False
    if len(text) == 3 and (text[-1] in _PLACES or text[1] in _NEVER_SECOND):
        return False
    return text[0] not in _RARELY_SURNAMES or not words.is_common_word(text if len(text) == 2 else text[1:])


def may_be_a_word(text: str) -> bool:
    """Tell whether a name begins with a surname that is far oftener something else (向, 和, 年)."""
    return text[0] in _RARELY_SURNAMES


def is_surely_name(text: str) -> bool:
    """Tell whether a text reads as a name even where nothing around says so: it is no common word."""
    return is_name(text) and not words.is_common_word(text)


def needs_no_context(text: str) -> bool:
    """Tell whether a name needs nothing around it: no part of it is a common word either (海上双, 高潜力)."""
    return is_surely_name(text) and (
        len(text) != _THREE or not (words.is_common_word(text[1:]) or words.is_common_word(text[:2]))
    )
