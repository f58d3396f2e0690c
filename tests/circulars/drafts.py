"""Elements of drafts that differ from the usual one: a request, a reply, minutes, a joint notice …"""


def to(*units, groups=(), text="", excluded=()):
    return {"text": text, "groups": list(groups), "units": list(units), "excluded": list(excluded)}


def reference(relation="replies_to", title="关于解决值班经费的请示", number="延应急字〔2026〕66号", circular=None):
    return {"relation": relation, "title": title, "number": number, "circular": circular}


def attached(**attachment):
    return [{"title": "值班表", "name": None, "digest": None, "size": None, "text": None, **attachment}]


DEPARTMENT = {
    "issuers": ["BM20"],
    "issuer_names": ["延安市应急管理局"],
    "issuer_mark": "延安市应急管理局文件",
    "signatures": ["延安市应急管理局"],
}
UPWARD = DEPARTMENT | {"direction": "upward", "signers": ["谢明远"], "primary": to("YA-ZF")}
REQUEST = UPWARD | {
    "document_type": "request",
    "title": "关于解决值班经费的请示",
    "annotation": "联系人：冯玉洁，电话：0911-2123456",
}
REPORT = UPWARD | {"document_type": "report", "title": "关于国庆假期值守情况的报告"}
REPLY = {"document_type": "reply", "title": "关于值班经费的批复", "references": [reference()]}
MINUTES = {
    "document_type": "minutes",
    "title": "专题会议纪要",
    "layout": "minutes",
    "issuer_mark": "延安市人民政府专项问题会议纪要",
    "signatures": [],
    "sealed": False,
    "primary": to("BM05"),
}
LETTER = {
    "document_type": "letter",
    "direction": "parallel",
    "title": "关于商请支持的函",
    "layout": "letter",
    "issuer_mark": "延安市人民政府办公室",
}
DEPARTMENTS_LETTER = DEPARTMENT | LETTER | {"issuer_mark": "延安市应急管理局"}
ORDER = {
    "document_type": "order",
    "direction": "public",
    "title": "延安市某办法",
    "layout": "order",
    "issuer_mark": "延安市人民政府办公室令",
    "signatures": ["市长 某某某"],
    "primary": to(),
}
JOINT = {
    "issuers": ["BM20", "BM12"],
    "issuer_names": ["延安市应急管理局", "延安市住房和城乡建设局"],
    "issuer_mark": "延安市应急管理局 延安市住房和城乡建设局文件",
    "signatures": ["延安市应急管理局", "延安市住房和城乡建设局"],
    "direction": "parallel",
    "primary": to("BM05"),
}
