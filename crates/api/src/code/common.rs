//! Problems of the door itself, of batches and of what anyone may ask.

use super::codes;

codes! {
    UNREADABLE = 400 "api/request-unreadable",
        "请求无法读取", "the request cannot be read",
        "对照接口说明检查地址、请求头和内容", "compare address, headers and body with the description";
    BAD_ARCHIVE = 400 "ingest/bad-archive",
        "不是可以打开的 zip 压缩包", "not a zip archive that can be opened",
        "重新压缩 manifest.json 与数据文件后再送", "pack manifest.json and the data file anew and send them again";
    NO_KEY = 400 "api/idempotency-key-missing",
        "缺少 Idempotency-Key 请求头", "the header Idempotency-Key is missing",
        "每次新的操作自拟一个不重复的键（1 至 255 个可打印字符），重试同一操作时沿用原键",
        "make up a key of 1 to 255 printable characters for each new act, and send the same one when you try it again";
    NO_TOKEN = 401 "api/no-token",
        "缺少访问令牌", "there is no access token",
        "先向 /oauth/token 申请令牌，再以 Authorization: Bearer 携带",
        "ask /oauth/token for a token and send it as Authorization: Bearer";
    TOKEN_INVALID = 401 "api/token-invalid",
        "访问令牌无效或已过期", "the access token is not valid or has expired",
        "令牌有效期一小时，请重新申请", "a token is good for an hour; ask for a new one";
    SIGNATURE_MISSING = 401 "api/signature-missing",
        "请求没有签名，或签名的某一部分无法读取", "the call is not signed, or a part of the signature cannot be read",
        "按接口说明携带 Request-Key、Request-Time、Request-Nonce、Request-Digest 和 Request-Signature",
        "send Request-Key, Request-Time, Request-Nonce, Request-Digest and Request-Signature as the description says";
    SIGNATURE_TIME = 401 "api/signature-time",
        "签名时间与平台时间相差超过 5 分钟", "the call was signed more than 5 minutes from the platform's time",
        "按响应头 Request-Time 校准时钟，重新签名后再发送",
        "set the clock by the header Request-Time, sign the call anew and send it again";
    SIGNATURE_INVALID = 401 "api/signature-invalid",
        "签名无效", "the signature is not valid",
        "核对密钥编号、所签文本的六行内容和请求正文的摘要",
        "compare the key's id, the six lines that are signed and the digest of the body";
    REPLAYED = 401 "api/request-replayed",
        "这个已签名的请求此前已使用过", "this signed call was used before",
        "每次请求使用新的 Request-Nonce 重新签名", "sign each call anew with a Request-Nonce of its own";
    WRONG_CLIENT = 403 "api/wrong-client",
        "该客户端不能使用这个接口", "this client may not use this address",
        "信源单位的客户端只能送交数据，金融机构的客户端只能办理订单和查询；如有疑问请联系平台运营",
        "clients of source units deliver data, clients of banks handle orders and read; ask the operator if yours should";
    NO_ADDRESS = 404 "api/no-such-address",
        "没有这个接口地址", "there is no such address",
        "接口清单见 /api/docs", "the addresses are listed at /api/docs";
    NO_BATCH = 404 "ingest/no-such-batch",
        "没有这个批次", "there is no such batch",
        "本单位的批次见 GET /api/v1/batches", "your batches are listed by GET /api/v1/batches";
    NO_ITEM = 404 "catalog/no-such-item",
        "目录中没有这个信息事项", "the catalogue has no such item",
        "全部事项见 GET /api/v1/catalog/items", "all items are listed by GET /api/v1/catalog/items";
    NO_REPORT = 404 "credit/no-such-report",
        "没有这个编号的报告", "there is no report of that number",
        "核对封面上的报告编号；查不到的报告不要采信",
        "compare the number with the cover; do not rely on a report that is not found";
    WRONG_METHOD = 405 "api/method-not-allowed",
        "这个地址不支持该请求方法", "this address does not take that method",
        "可用的方法见响应头 Allow", "the header Allow names the methods it takes";
    NOT_ACCEPTABLE = 406 "api/not-acceptable",
        "不提供所要求的内容类型", "the kind of content that is asked for is not offered",
        "在 Accept 中列出 application/json 或 application/pdf", "name application/json or application/pdf in Accept";
    TOO_SLOW = 408 "api/too-slow",
        "上传中断时间过长", "the upload paused for too long",
        "检查网络后重送同一批次，重复送交不会造成重复入库",
        "check the connection and send the same batch again; it is never taken twice";
    TOO_LARGE = 413 "api/too-large",
        "内容超出大小上限", "the content is larger than allowed",
        "分成几个批次送交", "deliver it in several batches";
    MEDIA_TYPE = 415 "api/media-type",
        "内容类型不受支持", "this kind of content is not taken",
        "批次以 Content-Type: application/zip 送交，其他请求以 application/json 送交，均不再编码",
        "send a batch as Content-Type: application/zip, everything else as application/json, without a content encoding";
    PARAMETER = 422 "api/parameter-invalid",
        "有参数需要修改", "a parameter cannot be taken",
        "按 fields 中的说明修改", "change what fields names";
    BODY = 422 "api/body-invalid",
        "请求内容有几处需要修改", "parts of the body cannot be taken",
        "按 errors 中逐项的说明修改", "change what errors names, one by one";
    KEY_REUSED = 422 "api/idempotency-key-reused",
        "这个 Idempotency-Key 已用于另一次不同的请求", "this Idempotency-Key was used for a different request",
        "新的操作请换用新的键；重试请原样发送第一次的请求",
        "use a new key for a new act; when trying again send the first request unchanged";
    NO_CALENDAR = 422 "workdays/calendar-not-loaded",
        "该年度的工作日历尚未发布或载入", "the working-day calendar of that year is not loaded",
        "国务院办公厅公布节假日安排并载入后再试", "try again once the year's holidays are published and loaded";
    TOO_MANY_CALLS = 429 "api/too-many-calls",
        "本机构在这一分钟内的请求次数已用完", "your institution has used its calls of this minute",
        "按响应头 Retry-After 稍后重试；剩余次数见 RateLimit",
        "try again after the time the header Retry-After names; RateLimit tells how many calls are left";
    INTERNAL = 500 "internal",
        "平台内部出错，请求未被处理", "something went wrong on our side; the request was not processed",
        "稍后重试；仍不成功请把事件编号告诉平台运营",
        "try again in a few minutes; if it still fails tell the operator the incident number";
    BUSY = 503 "api/busy",
        "平台正忙", "the platform is busy",
        "按响应头 Retry-After 稍后重试", "try again after the time the header Retry-After names";
    DISK_FULL = 503 "disk-full",
        "平台存储空间不足，请求未处理完", "the platform's disk is full; the request was not finished",
        "把事件编号告诉平台运营，腾出空间后原样重送；同一批次不会重复入库",
        "tell the operator the incident number and send the same again once there is room; a batch is never taken twice";
}
