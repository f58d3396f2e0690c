"""README.txt of a bundle: how to check it, for somebody who has never heard of us (Articles 3 and 28)."""

from datetime import datetime

from circulars.registration import Circular
from cms.limits import when

_TEXT = """{number} 证据包
制包时间：{at}

一、包里有什么
  circular/      盖章的版式文件（circular.pdf）、公文清单及其签名、附件
  receipts/      各收文单位的签收回执；没有 .p7s 的是待补签
  timeline.json  办理经过；notices.json 短信电话通知；urges.json 催签
  ledger/        台账记录、每条记录的证明、已签名的检查点
  certificates/  各级证书；crls/ 制包时有效的吊销列表
  index.json     全部文件的摘要，由台账密钥签名并加盖时间戳（index.p7s）

二、怎样核验（不需要联网，不需要本系统）
  1. 向发文单位或者网信部门索取根证书的 SHA-256 指纹，与 certificates/root.der 的指纹比对。
     指纹必须另外取得，不能以包内的为准。
  2. 有核验程序的，执行：
       python -m circulars.verifier 证据包.zip --root 根证书文件
     “核验通过”即完好；有问题的逐条列出。“说明”开头的各行不影响效力。
  3. 没有核验程序的，用 openssl、pdfsig、unzip 逐步核验：签名文件（.p7s）是对同名
     .json 的 CMS 签名；index.json 列出每个文件的 SHA-256；circular.pdf 的印章可以用
     常用的 PDF 阅读软件查看。逐条命令见本系统文档“evidence.md”。

三、怎样看结果
  签名按其时间戳的时间判断：证书后来到期或者吊销，不影响此前的签名。
  包内任何一个字节被改动，核验都不会通过；请保存原件，不要解包后重新压缩。
"""


def readme_of(circular: Circular, at: datetime) -> bytes:
    return _TEXT.format(number=circular.number, at=f"{when(at)}").encode()
