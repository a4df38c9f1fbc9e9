"""Files as a plant writes them, and their columns named as they are proposed."""

import re


def table(*rows, head):
    return "\n".join(",".join(map(str, row)) for row in (head, *rows)).encode("gb18030")


def serials(batch, *codes, day="2026-11-20"):
    return table(*([batch, each, day] for each in codes), head=["批号", "序列号", "打标日期"])


def readings(batch, *values, name="槽液温度"):
    rows = [[batch, name, value, "℃", f"2026-11-20 08:{at:02}"] for at, value in enumerate(values)]
    return table(*rows, head=["批号", "参数", "实测值", "单位", "采集时间"])


def name_columns(clerk, where, **other):
    """Confirm what is proposed."""
    page = clerk.get(f"{where}/columns").text
    chosen = dict(_selected(page))
    return clerk.post(f"{where}/columns", **{name: value for name, value in chosen.items() if name != "sort"} | other)


def _selected(page):
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found = re.findall(
            r'<option[^>]*selected[^>]*value="([^"]*)"|<option[^>]*value="([^"]*)"[^>]*selected', options
        )
        yield name, next((one or other for one, other in found), "")
