"""The changes of the demonstration world: one that waits for the other side, one that waits for the verdict."""

from uuid import UUID

from portal.db import session
from portal.demo.hands import played_by
from portal.facts import open_change
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.rooms.changes.keeping import assess
from workflows.engine import Side
from workflows.powers import Role


def make_changes(org: dict[str, UUID], entrustment_id: UUID, registrant: str, manufacturer: str) -> None:
    """The plant's is weighed by both sides, the registrant's by nobody yet."""
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        change = open_change(
            session.get_one(Entrustment, entrustment_id),
            kind="process",
            title="钝化液由硝酸改为柠檬酸",
            description="现用硝酸钝化，拟改为柠檬酸钝化，以减少废液；钝化时间和温度相应调整。",
            side=Side.MANUFACTURER,
            by=by,
        )
        impacts = {
            "quality_system": "修订钝化作业指导书，操作人员重新培训。",
            "validation": "钝化过程须重新确认，并比较耐腐蚀性能。",
            "suppliers": "新增柠檬酸供应商，按B类物料审核。",
            "stock": "在制品按原工艺完成，不混批。",
        }
        assess(change, impacts, side=Side.MANUFACTURER, by=by)
        plants = change.id
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        change = session.get_one(Change, plants)
        impacts = {"registration": "产品技术要求未规定钝化介质，注册证载明事项不变。", "stock": "已上市产品不受影响。"}
        assess(change, impacts, side=Side.REGISTRANT, by=by)
        open_change(
            session.get_one(Entrustment, entrustment_id),
            kind="label",
            title="标签增加双语警示语",
            description="根据用户反馈，拟在标签上增加“禁止二次灭菌”的中英文警示语。",
            side=Side.REGISTRANT,
            by=by,
        )
