"""Who plays in the demonstration world.  Companies are invented; people are named by their role."""

from dataclasses import dataclass

from agreements.identifiers import uscc_check_character
from workflows.powers import Role

PASSWORD = "demonstration only 2026"  # noqa: S105  opens a demonstration world and nothing else

_REGISTRANT = {
    Role.ORGANISATION_ADMINISTRATOR: ("admin", "系统管理员"),
    Role.PERSON_IN_CHARGE: ("head", "企业负责人"),
    Role.MANAGEMENT_REPRESENTATIVE: ("representative", "管理者代表"),
    Role.REGISTRANT_QUALITY_MANAGER: ("quality", "质量负责人"),
    Role.REGISTRANT_RELEASE_PERSON: ("release", "上市放行授权人"),
    Role.RESIDENT_SUPERVISOR: ("resident", "派驻人员"),
}
_MANUFACTURER = {
    Role.ORGANISATION_ADMINISTRATOR: ("admin", "系统管理员"),
    Role.PERSON_IN_CHARGE: ("head", "企业负责人"),
    Role.MANAGEMENT_REPRESENTATIVE: ("representative", "管理者代表"),
    Role.MANUFACTURER_QUALITY_MANAGER: ("quality", "质量负责人"),
    Role.MANUFACTURER_RELEASE_PERSON: ("release", "产品放行审核人"),
    Role.PLANT_CLERK: ("clerk", "车间文员"),
}
_AUTHORITY = {Role.AUTHORITY_INSPECTOR: ("inspector", "检查员")}
_BOTH = {
    **_REGISTRANT,
    Role.MANUFACTURER_QUALITY_MANAGER: ("plant-quality", "工厂质量负责人"),
    Role.MANUFACTURER_RELEASE_PERSON: ("plant-release", "产品放行审核人"),
    Role.PLANT_CLERK: ("clerk", "车间文员"),
}


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the demonstration world; ``code`` is its USCC without the check character."""

    key: str
    name: str
    short: str
    code: str
    province: str
    domicile: str
    registrant: bool = False
    manufacturer: bool = False
    authority: bool = False

    @property
    def uscc(self) -> str:
        return self.code + uscc_check_character(self.code)

    @property
    def roles(self) -> dict[Role, tuple[str, str]]:
        if self.authority:
            return _AUTHORITY
        return _BOTH if self.registrant and self.manufacturer else _REGISTRANT if self.registrant else _MANUFACTURER

    def email(self, role: Role) -> str:
        return f"{self.roles[role][0]}@{self.key}.example"


HOUSES = {
    each.key: each
    for each in (
        House(
            "chengyue",
            "澄岳医疗科技（上海）有限公司",
            "澄岳",
            "91310115MA1K4CY12",
            "沪",
            "上海市浦东新区演示路1号",
            registrant=True,
        ),
        House(
            "hengrui",
            "衡锐精密医疗器械（常州）有限公司",
            "衡锐",
            "91320412MA1W7HR34",
            "苏",
            "常州市武进区演示路6号",
            manufacturer=True,
        ),
        House(
            "lantai", "岚泰医疗（杭州）有限公司", "岚泰", "91330108MA2B5LT56", "浙", "杭州市演示路2号", registrant=True
        ),
        House(
            "qihe",
            "启禾医疗（深圳）有限公司",
            "启禾",
            "91440300MA5E6QH78",
            "粤",
            "深圳市南山区演示路3号",
            registrant=True,
            manufacturer=True,
        ),
        House(
            "anhe",
            "安禾器械（长沙）有限公司",
            "安禾",
            "91430100MA4L8AH90",
            "湘",
            "长沙市岳麓区演示路4号",
            manufacturer=True,
        ),
        House("shanghai", "上海市药品监管部门（演示）", "沪监管", "11310000MB2F0HU12", "沪", "上海市", authority=True),
        House("jiangsu", "江苏省药品监管部门（演示）", "苏监管", "11320000MB0G0JU34", "苏", "南京市", authority=True),
        House("guangdong", "广东省药品监管部门（演示）", "粤监管", "11440000MB2D0YU56", "粤", "广州市", authority=True),
    )
}
