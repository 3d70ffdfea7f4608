"""reportlab draws the words, pypdf merges them over the papers."""
import io, json, sys, time

import pypdf
import reportlab
from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONT = "/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf"
folder = sys.argv[1]
papers = open(f"{folder}/papers.txt").read().split("\n")
words = [line.split("\t") for line in open(f"{folder}/placements.tsv").read().split("\n")]


def register():
    pdfmetrics.registerFont(TTFont("F", FONT))


def run():
    writer = PdfWriter()
    for paper in papers:
        writer.append(PdfReader(paper))
    over = io.BytesIO()
    sheet = canvas.Canvas(over, invariant=1, pageCompression=1)
    for number, page in enumerate(writer.pages):
        sheet.setPageSize((float(page.mediabox.width), float(page.mediabox.height)))
        for at, left, base, size, text in words:
            if int(at) == number:
                sheet.setFont("F", float(size))
                sheet.drawString(float(left), float(base), text)
        sheet.showPage()
    sheet.save()
    for page, mine in zip(writer.pages, PdfReader(over).pages):
        page.merge_page(mine)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


start = time.perf_counter()
register()
result = run()
first = time.perf_counter() - start
times = []
for _ in range(15):
    start = time.perf_counter()
    run()
    times.append((time.perf_counter() - start) * 1000)
name = f"reportlab {reportlab.Version} ＋ pypdf {pypdf.__version__}"
print(json.dumps({"name": name, "first": first * 1000, "warm": times, "bytes": len(result)}))
