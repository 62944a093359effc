#!/usr/bin/env python3
"""Returned workbooks as other programs save them: filled in, rearranged, saved anew, taken back.

    tests/roundtrip.py target/debug/hecha [--keep DIR]

Needs openpyxl; LibreOffice (soffice) where it is installed. Each case is taken back into a copy of the same state; the
answers must all be accepted, and no system cell may look changed.
"""

import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import openpyxl

ANSWERED = 12


def hecha(binary, where, *args):
    done = subprocess.run([binary, *args], cwd=where, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def fill(path, target):
    """Answers the first rows and saves with openpyxl."""
    book = openpyxl.load_workbook(path)
    sheet = book["疑点清单"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, 2 + ANSWERED):
        if row % 3 == 0:
            sheet.cell(row, at["核实结果"], "需入户核实")
            sheet.cell(row, at["完成日期"], "2019.9.30")
        elif row % 3 == 1:
            sheet.cell(row, at["核实结果"], "疑点不属实,数据源有误")
            sheet.cell(row, at["核实说明"], "民政数据尚未更新")
        else:
            sheet.cell(row, at["核实结果"], "情况特殊，不需更正")
            sheet.cell(row, at["核实说明"], "已核实，见附件")
        sheet.cell(row, at["核查人"], "张三")
    book.save(target)


def rearrange(path, target):
    """Renames, sorts, hides, moves and inserts columns, deletes rows, puts blank ones in, repeats one."""
    book = openpyxl.load_workbook(path)
    sheet = book["疑点清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header, body = rows[0], rows[1:]
    name, word = header.index("姓名"), header.index("核实结果")
    body.sort(key=lambda row: str(row[name]), reverse=True)
    body = [row for row in body if row[word]] + [row for row in body if not row[word]][: len(body) // 2]
    body.insert(3, [None] * len(header))
    body.append(copy.copy(body[0]))
    order = list(range(word, word + 5)) + list(range(0, word)) + list(range(word + 5, len(header)))
    new = book.create_sheet("核实后", 0)
    new.append(["本单位核实情况"])
    new.append([header[i] for i in order[:3]] + ["内部备注"] + [header[i] for i in order[3:]])
    for row in body:
        new.append([row[i] for i in order[:3]] + ["备"] + [row[i] for i in order[3:]])
    for number in (4, 6):
        new.row_dimensions[number].hidden = True
    del book["疑点清单"]
    book["_hecha"].sheet_state = "visible"
    book["_hecha"].title = "Sheet9"
    book.move_sheet("Sheet9", -5)
    book.save(target)


def convert(path, extension, filter_name=None):
    target = path.parent / extension
    target.mkdir()
    to = f"{extension}:{filter_name}" if filter_name else extension
    subprocess.run(
        ["soffice", "--headless", "--convert-to", to, "--outdir", str(target), str(path)], check=True, capture_output=True
    )
    return target / f"{path.stem}.{extension}"


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    root = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else pathlib.Path(tempfile.mkdtemp(prefix="hecha-roundtrip-"))
    world = root / "world"
    if not world.exists():
        print(hecha(binary, root, "generate", "--out", "world", "--households", "400", "--units", "6", "--plant", "all")[2])
        code, _, error = hecha(binary, world, "run")
        assert code in (0, 1), (code, error)
    books = sorted(world.glob("out/*/单位/**/核查比对_*.xlsx"), key=lambda p: p.stat().st_size)
    original = books[-1]
    work = root / "returned"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    filled = work / original.name
    fill(original, filled)
    moved = work / "改过名.xlsx"
    rearrange(filled, moved)
    cases = {"openpyxl": filled, "rearranged": moved, "untouched": original}
    if shutil.which("soffice"):
        cases["soffice xlsx"] = convert(filled, "xlsx")
        cases["soffice ods"] = convert(filled, "ods")
        cases["soffice xls"] = convert(filled, "xls")
        cases["soffice rearranged ods"] = convert(moved, "fods").rename(work / "重存.fods")
    failed = 0
    for name, path in cases.items():
        place = root / "taken"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(world, place, symlinks=True)
        before = (place / "state/hecha.sqlite").read_bytes()
        code, out, error = hecha(binary, place, "collect", str(path), "--format", "json")
        try:
            result = json.loads(out)
        except ValueError:
            print(f"FAILED {name}: {code} {out} {error}")
            failed += 1
            continue
        counts, wanted = result["totals"], 0 if name == "untouched" else ANSWERED
        accepted = counts["accepted"] - (1 if "rearranged" in name else 0)
        good = code == 0 and accepted == wanted and not (counts["refused"] or counts["conflicts"] or counts["changed"])
        if name == "untouched":
            good = good and before == (place / "state/hecha.sqlite").read_bytes()
        else:
            # The annotated copy comes back: everything in it is known.
            copies = [p for f in result["files"] for p in f["written"] if p.endswith("_批注.xlsx")]
            again = work / "批注.xlsx"
            openpyxl.load_workbook(copies[0]).save(again)
            code, out, _ = hecha(binary, place, "collect", str(again), "--format", "json")
            known = json.loads(out)["files"][0]
            good = good and code == 0 and known["status"] == "unchanged" and known["counts"]["changed"] == 0
        print(f"{'ok' if good else 'FAILED'} {name}: {counts} {result['files'][0]['notes']}")
        if not good:
            print(json.dumps(result, ensure_ascii=False)[:3000])
        failed += not good
    if len(sys.argv) <= 3:
        shutil.rmtree(root)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
