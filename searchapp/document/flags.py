"""What is wrong with the text of a document, as its reader is told."""

from __future__ import annotations

from searchapp.messages import N_

FLAGS = {
    "damaged-characters": N_("有字符丢失"),
    "no-text": N_("原文件只有图像，没有可检索的文字，只能按文件名找到"),
    "pages-without-text": N_("有的页只有图像，没有文字"),
    "recognized-text": N_("有文字由图像识别而来，可能有错"),
    "truncated": N_("原文不完整"),
    "anonymised": N_("部分内容以 × 代替"),
    "encoding-doubtful": N_("编码不确定"),
    "text-left-out": N_("可能有文字未收入，请看原文件"),
}
