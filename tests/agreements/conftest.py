"""The most boring entrustment there is: a class III product that may be entrusted, with all evidence in order."""

from datetime import date

import pytest

from agreements.eligibility import (
    Certificate,
    CreditCheck,
    CreditStatement,
    Functions,
    Inputs,
    Inspection,
    Licence,
    Party,
    Product,
    Residents,
    ScopeLine,
    Site,
)
from agreements.identifiers import uscc_check_character

TODAY = date(2026, 5, 20)


def uscc(body):
    return body + uscc_check_character(body)


REGISTRANT = Party("上海注册人医疗科技有限公司", uscc("91310115MA1K4XYY1"), "沪")
MANUFACTURER = Party("苏州受托医疗器械有限公司", uscc("91320594MA1MYWTQ2"), "苏")
ADDRESS = "江苏省苏州市工业园区星湖街1号"


@pytest.fixture
def ready():
    return Inputs(
        on=TODAY,
        registrant=REGISTRANT,
        manufacturer=MANUFACTURER,
        product=Product(
            name="腔静脉滤器",
            code="13-07-03",
            device_class="III",
            is_implantable=True,
            contains_animal_origin_material=False,
            directly_from_animal_tissue=False,
            is_allogeneic=False,
            contains_allogeneic_material=False,
            vascular_site="other",
            certificate_number="国械注准20233130456",
        ),
        certificate=Certificate(
            number="国械注准20233130456",
            device_class="III",
            valid_from=date(2023, 6, 1),
            valid_until=date(2028, 5, 31),
            address=f"{ADDRESS}（委托生产）",
            remark=f"受托生产企业：{MANUFACTURER.name}；统一社会信用代码：{MANUFACTURER.uscc}",
            registrant_name=REGISTRANT.name,
        ),
        licence=Licence(
            number="苏药监械生产许20220123号",
            scope=(ScopeLine("13-07", "III"), ScopeLine("14", "II")),
            sites=(ADDRESS, "江苏省苏州市虎丘区科技城2号"),
            valid_from=date(2022, 7, 1),
            valid_until=date(2027, 6, 30),
        ),
        site=Site(name="星湖厂区", address=ADDRESS, province="苏"),
        inspection=Inspection(on=date(2023, 3, 1), result="passed", scope="13-07"),
        credit_statement=CreditStatement(on=date(2026, 2, 1)),
        credit_check=CreditCheck(on=date(2026, 2, 2), adverse=False),
        functions=Functions(
            technology="陈工",
            production="林工",
            quality="周工",
            adverse_events="吴工",
            after_sales="郑工",
            quality_independent=True,
            full_time_quality_staff=4,
            entrust_only=True,
        ),
        residents=Residents(posted=2),
    )
