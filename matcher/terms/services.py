"""Services (服务) and goods: what does a name end in?"""

from __future__ import annotations

import re
from functools import cache

_SERVICE = re.compile(
    r"(?:服务|检测|检验|外检|化验|鉴定|校准|校验|检定|测试|试验|探伤|化验|巡检|航拍|测绘|安装|施工|敷设|摊铺|预制|维修|检修|大修|修复|堆焊|维保|维护|"
    r"保养|调试|运输|承运|配送|物流|装卸|搬运|仓储|存储|租赁|出租|招租|设计|咨询|认证|培训|保洁|清洗|洗涤|熨烫|清运|绿化|"
    r"代理|代办|外包|加工|代加工|代工|贴牌|贴牌生产|代包装|包装服务|制作|改造|运维|运营|代运营|监理|评估|托管|开发|工程|"
    r"处置|处理|回收|劳务|派遣|物业|报关|承揽|机采|采收|采摘|外协)$"
)


@cache
def is_service(core: str) -> bool:
    """Whether a folded name, without its brackets and codes, ends like a service."""
    return bool(_SERVICE.search(core))
