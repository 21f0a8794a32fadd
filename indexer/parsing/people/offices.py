"""Offices and what else people are called by: 书记, 副主席, 委员, 同志; each a word of a table."""

from __future__ import annotations

from indexer.parsing.rules import Rules, any_of

# Offices that stand behind a name as well as before it (书记王延飞, 王延飞书记).
TITLES = Rules.of_words(
    "offices before and behind names",
    """总书记 书记 主席 委员长 理事长 会长 秘书长 部长 厅长 局长 主任 市长 县长 区长 省长 镇长 乡长 州长 旗长 盟长 总理
    院长 校长 所长 处长 科长 站长 馆长 台长 社长 行长 院士 教授 研究员 董事长 总经理 经理 总裁 总监 主编 总编辑 总编
    政委 巡视员 调研员 监事长 队长 园长 厂长 医师 护士长 组长 工程师 会计师 经济师 农艺师 讲师 博士 村长 主委 顾问
    参事 馆员 专员 总工 总工程师 委员 代表 常委 理事 监事 检察长 司令员 关长 督学 署长 总干事 干事长 董事 总师 团长 师长 旅长
     司令 参谋长 支书 律师 法官 医生 船长 机长 班长 会首 总指挥 指挥长 庭长 审判长 编审 研究馆员""",
    how="fullmatch",
)
POLITE = Rules.of_words(
    "polite words behind names",
    "同志 先生 女士 老师 同学 教练 师傅 老先生 老师傅 老人 老书记 老教授 大爷 大妈",
    how="fullmatch",
)
# Words that an office ends with; in 市科协党组书记王延飞 the name is what follows the last of them.
_ENDS = Rules.of_words(
    "offices before names alone",
    """候选人 总统 首相 国王 议长 大使 总领事 领事 政治委员 成员 发言人 助理 召集人 技师 公使 总会计师 执委 总队长 支队长 大队长 中队长 首席科学家 科学家 秘书 联络员
    辅导员 主任科员 科员 导师 负责人 领导 主讲人 主持人 法定代表人 班主任 教导员 指导员 特派员 指挥""",
    how="fullmatch",
)
# Who is called by what they are; their names are sure only where more says so.
CALLINGS = Rules.of_words(
    "callings before names",
    """专家 学者 企业家 艺术家 作家 画家 诗人 队员 团员 当事人 申请人 代理人 带头人 创始人 传承人 教师 老师 学生 高中生
    大学生 研究生 博士生 硕士生 志愿者 村民 居民 市民 农民 职工 工人 员工 家长 业主 店主 老板 种植户 养殖户 大户 校友
    老党员 党员 会员 网友 群众 医生 护士 民警 战士 司机 乘客 游客 读者 选手 教练 厨师 嘉宾 设计师 摄影师 律师 法官
    检察官 工匠 劳模 社工 网格员 店长 法人 合伙人 经营者 消费者 患者 毕业生 科技工作者 先生 女士""",
    how="fullmatch",
)
# One alternation, so that a search skips to where a word can begin.
OFFICE = any_of(sorted((row.pattern for table in (TITLES, _ENDS) for row in table), key=len, reverse=True))
PREFIX = "(?:第一|常务|执行|名誉|终身|高级|首席|主任|副主任|副|代|正)*"
# What is no office, though it begins as one: 代表性, 主任级
NOT_CALLED = "(?![员们的会团队家级])"
NOT_BEFORE = "(?![国级处期远团人性室制们馆责])"
