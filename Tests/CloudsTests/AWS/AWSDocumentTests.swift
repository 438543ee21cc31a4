import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// The wire forms that all services share.
@Suite struct AWSDocumentTests {
  @Test(arguments: [
    (#"{"__type":"ThrottlingException","message":"slow"}"#, "ThrottlingException", "slow"),
    (
      #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","Message":"no"}"#, "QueueDoesNotExist", "no"
    ),
    (#"{"__type":"ResourceInUse:http://internal.amazon.com/x"}"#, "ResourceInUse", ""),
    (
      "<Response><Errors><Error><Code>A</Code><Message>b</Message></Error></Errors>"
        + "<RequestID>r</RequestID></Response>", "A", "b"
    ),
    (
      "<ErrorResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error>"
        + "<Type>Sender</Type><Code>A</Code><Message>b</Message></Error></ErrorResponse>", "A", "b"
    ),
  ])
  func `Each of the three envelopes is read`(body: String, code: String, message: String) {
    let found = AWSDocument.fault(in: HTTPResponse(status: 400, body: Array(body.utf8)))
    #expect(found?.code == code && found?.message == message)
  }

  @Test func `A code in the header is read where the body has none`() {
    let reply = HTTPResponse(
      status: 400, headers: [HTTPField("x-amzn-ErrorType", "ValidationException:http://x/")],
      body: Array("{}".utf8))
    #expect(AWSDocument.fault(in: reply)?.code == "ValidationException")
  }

  @Test(arguments: [
    "<!DOCTYPE html><html><body>Internal Server Error</body></html>", "", "null", "[]", "{}", "5",
    "<Response/>", "<ErrorResponse><Error/></ErrorResponse>", "\u{0}",
    #"{"__type":7}"#, "<Response><Errors><Error><Code>A</Co",
  ])
  func `What is no envelope has no code, and its status speaks`(body: String) {
    let reply = HTTPResponse(status: 500, body: Array(body.utf8))
    #expect(AWSDocument.fault(in: reply) == nil)
    let call = AWSService.sts.call(.callerIdentity, to: "http://127.0.0.1:1/")
    #expect(throws: ActuateError.self) {
      try CloudVerdict.check(reply, of: call, fault: AWSVerdict.fault(of: reply) { _, _ in nil })
    }
  }

  @Test func `A service's own codes go before the common ones`() {
    let reply = HTTPResponse(
      status: 400, body: Array(#"{"__type":"ValidationException","message":"Could not find"}"#.utf8)
    )
    let fault = AWSVerdict.fault(of: reply) { code, message in
      code == "ValidationException" && message == "Could not find" ? .notFound : nil
    }
    #expect(fault?.kind == .notFound)
    #expect(AWSVerdict.fault(of: reply) { _, _ in nil }?.kind == nil)
  }

  @Test func `A JSON call names its target, and its bytes are sorted JSON`() throws {
    let service = AWSService("sqs", .json(version: "1.0", target: "AmazonSQS"))
    let value: AWSJSON = [
      "b": [1, 2.5, true, "q\"\\\u{7}\né"], "a": ["empty": [], "none": .object([:])],
    ]
    let call = service.call(AWSCall("ReceiveMessage", json: value), to: "http://127.0.0.1:1/")
    #expect(call.operation == "sqs:ReceiveMessage" && call.method == "POST")
    #expect(call.headers.contains(HTTPField("X-Amz-Target", "AmazonSQS.ReceiveMessage")))
    #expect(call.headers.contains(HTTPField("Content-Type", "application/x-amz-json-1.0")))
    let text = String(decoding: call.body, as: UTF8.self)
    #expect(
      text == #"{"a":{"empty":[],"none":{}},"b":[1,2.5,true,"q\"\\\u0007\u000aé"]}"#)
    let one = try JSONSerialization.jsonObject(with: Data(call.body)) as? NSDictionary
    let two = try JSONSerialization.jsonObject(with: Data(value.indented.utf8)) as? NSDictionary
    #expect(one != nil && one == two)
  }

  @Test(
    arguments: [
      ("us-east-1", "https://ec2.us-east-1.amazonaws.com/"),
      ("cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn/"),
    ] as [(Region, String)])
  func `Each region has its own host`(region: Region, url: String) {
    #expect(AWSService.ec2.url(in: region, endpoint: nil) == url)
    #expect(AWSService.ec2.url(in: region, endpoint: "http://a:1") == "http://a:1/")
  }

  @Test func `A name that is not UTF-8 is not read, and does not end the process`() {
    for prefix in ["<a:Describe", "<Describe", "<a b"] {
      let body = Array(prefix.utf8) + [0xD0] + Array("x><requestId>r</requestId></x>".utf8)
      #expect(AWSDocument.xml(CallerIdentityReply.self, from: body) == nil)
    }
  }

  @Test(arguments: [
    ("<a>", "</a>", 64), ("<b x=\"/>\" y = '\"/>' >", "</b >", 64),
    ("<a><c/><c x='>'/>", "</a>", 64),
    ("<a><!--</a>-->", "</a>", nil), ("<a><![CDATA[</a>]]>", "</a>", nil),
    ("<a><!-- a> -->", "</a>", 64), ("<a><![CDATA[/>]]>", "</a>", 64), ("<a x/y/>", "", nil),
    ("<a b=/>", "", nil), ("<a x=\"<b>\">", "</a>", nil), ("<a>", "</b>", nil),
    ("<1>", "</1>", nil),
    ("<é>", "</é>", nil), ("<a>\u{1}", "</a>", nil), ("<a></a></a>", "", nil),
    ("<a><?x </a>?>", "</a>", nil), ("<a>", "", nil), ("<a ", "", nil),
  ])
  func `Elements in very many others are not read, and do not end the process`(
    open: String, close: String, most: Int?
  ) {
    func nested(_ count: Int) -> [UInt8] {
      Array((String(repeating: open, count: count) + String(repeating: close, count: count)).utf8)
    }
    if let most {
      #expect(
        XMLScan.isPlain(nested(most), deepest: 64)
          && !XMLScan.isPlain(nested(most + 1), deepest: 64))
    } else {
      #expect(!XMLScan.isPlain(nested(2), deepest: 64))
    }
    #expect(AWSDocument.xml(AWSReceipt.self, from: nested(100_000)) == nil)
  }

  @Test(arguments: [
    ("<?xml version=\"1.0\"?>", true), ("\u{FEFF}<?xml version='1.0' ?>\n", true), ("", true),
    ("<?x?>", false), ("<?xml?>", false), ("<?xml-style?>", false),
    (" <?xml version=\"1.0\"?>", false),
    ("<?xml version=\"1.0\"?><?x?>", false), ("<!--c--><?x?>", false),
  ])
  func `An instruction is not read, and does not end the process`(start: String, isRead: Bool) {
    let answer = "<x><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></x>"
    let read = AWSDocument.xml(AWSReceipt.self, from: Array((start + answer).utf8))
    #expect((read != nil) == isRead)
  }

  @Test func `A document type is not read, wherever it stands`() {
    let answer = "<x><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></x>"
    let padding = "<!--" + String(repeating: " ", count: 600) + "-->"
    #expect(AWSDocument.xml(AWSReceipt.self, from: Array((padding + answer).utf8)) != nil)
    let typed = padding + "<!DOCTYPE x [<!ENTITY e \"r\">]>" + answer
    #expect(AWSDocument.xml(AWSReceipt.self, from: Array(typed.utf8)) == nil)
  }

  @Test func `No parser trips over what is cut or changed`() {
    var generator = SeededGenerator(seed: 20_261_121)
    let texts = [
      "<DescribeInstancesResponse><requestId>r</requestId><reservationSet/></x>", "{}", "[a]\nb=c",
      "<ErrorResponse><Error><Code>A</Code></Error></ErrorResponse>",
    ]
    for (_, parse) in AWSParsers.parsers {
      for text in texts {
        for cut in 0...text.utf8.count { parse(Array(text.utf8.prefix(cut))) }
        for _ in 0..<20 {
          var bytes = Array(text.utf8)
          guard let place = bytes.indices.randomElement(using: &generator) else { continue }
          bytes[place] = .random(in: 0...255, using: &generator)
          parse(bytes)
        }
      }
    }
  }

  @Test(
    .enabled(if: SharedFiles.exists("samples/aws-moto"), "the recorded answers are not here"),
    .timeLimit(.minutes(3)))
  func `No parser trips over recorded answers that were mutated`() throws {
    let folder = try #require(SharedFiles.url("samples/aws-moto"))
    var generator = SeededGenerator(seed: 20_261_121)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let replies = try files.map { Array(try Data(contentsOf: $0).prefix(4000)) }
    for _ in 0..<Self.rounds {
      guard var bytes = replies.randomElement(using: &generator), !bytes.isEmpty,
        let parser = AWSParsers.parsers.randomElement(using: &generator)
      else { continue }
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: bytes[place] = .random(in: 0...255, using: &generator)
        case 1: bytes[place] = Array("<>&;/\"' :x0".utf8).randomElement(using: &generator) ?? 0
        default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        }
        if bytes.isEmpty { break }
      }
      parser.parse(bytes)
    }
  }

  private static let rounds = 5_000
}
