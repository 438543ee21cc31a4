import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@testable import Notifiers

/// 32 bytes, 0x00 to 0x1F.
let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
/// 32 bytes, 0xFF each.
let nextSecret = "whsec_//////////////////////////////////////////8="

func message(summary: String = "idle for 15 minutes", labels: [String: String] = [:])
  -> OutboxMessage
{
  let alert = Alert(
    kind: .nodeStopped, severity: .warning, key: "node.stopped/i-0abc/3",
    at: Timestamp(seconds: 1_795_251_600), summary: summary, labels: labels)
  return OutboxMessage(id: "evt_2N", channel: "ops", alert: alert, attempts: 0)
}

/// Time as it really is: receivers refuse timestamps far from theirs.
struct RealTime: TimeSource {
  func now() -> Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
  func sleep(for duration: Duration) async throws(CancellationError) {}
}

func notifier(
  _ url: String, secret text: String = secret, hosts: PrivateHosts = .all,
  time: any TimeSource = RealTime()
) throws -> WebhookNotifier {
  WebhookNotifier(
    name: "ops", url: url, keys: try SigningKeys(text), privateHosts: hosts,
    transport: SocketTransport(), realTime: time)
}

@Suite(
  "Signed webhooks, over real HTTP", .serialized,
  .enabled(if: Receiver.hasPython, "python3 is missing"))
struct WebhookExchangeTests {
  @Test(
    "PyPI's standardwebhooks accepts what is sent",
    .enabled(if: Receiver.canVerify, "the Python module standardwebhooks is missing"),
    arguments: [secret, nextSecret + " " + secret, secret + "\n" + nextSecret])
  func verified(keys: String) async throws {
    let receiver = try Receiver(secret: secret)
    defer { receiver.stop() }
    let labels = ["pool": "chat", "saved": "12.500000000", "note": "ünï \"quoted\"\n\u{1}"]
    try await notifier(receiver.url("/verify"), secret: keys).deliver(message(labels: labels))
  }

  @Test(
    "PyPI's standardwebhooks refuses another key's signature and an old timestamp",
    .enabled(if: Receiver.canVerify, "the Python module standardwebhooks is missing"))
  func refused() async throws {
    let receiver = try Receiver(secret: secret)
    defer { receiver.stop() }
    let rejected = DeliveryError.rejected("ops: the receiver answered 400")
    await #expect(throws: rejected) {
      try await notifier(receiver.url("/verify"), secret: nextSecret).deliver(message())
    }
    await #expect(throws: rejected) {
      let old = VirtualTime(Timestamp(seconds: 1_600_000_000))
      try await notifier(receiver.url("/verify"), time: old).deliver(message())
    }
  }

  @Test("every 2xx is a success", arguments: [200, 201, 202, 204, 299])
  func success(status: Int) async throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    try await notifier(receiver.url("/status/\(status)")).deliver(message())
  }

  @Test(
    "each answer leads where it should",
    arguments: [
      ("/status/408", DeliveryError.retry(after: nil, "ops: the receiver answered 408")),
      ("/status/429?after=7", .retry(after: .seconds(7), "ops: the receiver answered 429")),
      ("/status/500", .retry(after: nil, "ops: the receiver answered 500")),
      ("/status/503?after=120", .retry(after: .seconds(120), "ops: the receiver answered 503")),
      ("/status/503?after=soon", .retry(after: nil, "ops: the receiver answered 503")),
      ("/status/410", .gone("ops: the receiver answered 410")),
      ("/status/400", .rejected("ops: the receiver answered 400")),
      ("/status/404", .rejected("ops: the receiver answered 404")),
      (
        "/status/301",
        .rejected(
          "ops: the receiver answered 301: redirects are not followed; give the final URL")
      ),
    ])
  func failures(path: String, error: DeliveryError) async throws {
    let receiver = try Receiver()
    defer { receiver.stop() }
    await #expect(throws: error) {
      try await notifier(receiver.url(path)).deliver(message())
    }
  }

  @Test("nobody there is a retry")
  func refusedConnection() async throws {
    let receiver = try Receiver()
    let url = receiver.url("/status/200")
    receiver.stop()
    await #expect(throws: DeliveryError.retry(after: nil, "ops: not sent: refused")) {
      try await notifier(url).deliver(message())
    }
  }
}

@Suite("What a webhook sends")
struct WebhookRequestTests {
  /// Computed with Python's hmac and base64, from the specification's definition.
  @Test("the signature is the HMAC the specification defines")
  func vector() throws {
    let request = try notifier("https://example.com/h").request(
      for: message(labels: ["pool": "chat", "b": "2"]), seconds: 1_795_251_601)
    let body = """
      {"type":"node.stopped","timestamp":"2026-11-21T09:00:00Z","data":{"key":\
      "node.stopped/i-0abc/3","severity":"warning","summary":"idle for 15 minutes",\
      "labels":{"b":"2","pool":"chat"}}}
      """
    #expect(String(decoding: request.body, as: UTF8.self) == body)
    #expect(request.method == "POST" && request.url == "https://example.com/h")
    let fields = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
    #expect(fields["webhook-id"] == "evt_2N")
    #expect(fields["webhook-timestamp"] == "1795251601")
    #expect(fields["webhook-signature"] == "v1,UNynEBNzUkjrALv6YnY5ybGfkMGm2Ys7GWI8VA2CjWI=")
    #expect(fields["content-type"] == "application/json")
  }

  @Test("a retry sends the same id and bytes, and its own timestamp")
  func retry() throws {
    var later = message()
    later.attempts = 5
    let first = try notifier("https://e.com").request(for: message(), seconds: 1)
    let second = try notifier("https://e.com").request(for: later, seconds: 301)
    #expect(first.body == second.body)
    #expect(first.headers[2] == second.headers[2])
    #expect(first.headers[3] != second.headers[3] && first.headers[4] != second.headers[4])
  }

  @Test("a dot in the id would end it early when it is signed")
  func dotlessID() throws {
    var dotted = message()
    dotted.id = "evt_1.2"
    let request = try notifier("https://e.com").request(for: dotted, seconds: 1)
    #expect(request.headers[2] == HTTPField("webhook-id", "evt_1_2"))
  }

  @Test("the body stays under 20 kB and is JSON, whatever the alert holds")
  func bounded() throws {
    let long = String(repeating: "\u{1}é\"", count: 5000)
    var labels: [String: String] = [:]
    for index in 0..<100 { labels["label\(index)" + long] = long }
    let body = WebhookBody.bytes(of: message(summary: long, labels: labels))
    let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    let data = try #require(object?["data"] as? [String: Any])
    let isCut = (data["summary"] as? String)?.hasSuffix("…") == true
    let count = body.count
    #expect(count < WebhookBody.limit)
    #expect(data["labelsLeftOut"] as? Int == 76)
    #expect(isCut)
  }

  @Test("signing several keys gives a signature for each, apart by a space")
  func rotation() throws {
    let both = try SigningKeys(secret + " " + nextSecret).signature(id: "a", seconds: 1, body: [1])
    let first = try SigningKeys(secret).signature(id: "a", seconds: 1, body: [1])
    let second = try SigningKeys(nextSecret).signature(id: "a", seconds: 1, body: [1])
    #expect(both == first + " " + second)
  }

  @Test(
    "a text that is no key is refused with the reason and without the text",
    arguments: [
      ("", SigningKeys.Fault.empty), (" \n", .empty), ("c2VjcmV0", .noPrefix),
      ("whsec_***", .noBase64), ("whsec_c2VjcmV0", .size(6)),
      ("whsec_" + Data(count: 23).base64EncodedString(), .size(23)),
      ("whsec_" + Data(count: 65).base64EncodedString(), .size(65)),
    ])
  func badKeys(text: String, fault: SigningKeys.Fault) {
    #expect(throws: fault) { try SigningKeys(text) }
    #expect(!fault.description.contains("c2VjcmV0"))
  }

  @Test("keys of 24 and 64 bytes are the bounds", arguments: [24, 64])
  func keyBounds(bytes: Int) throws {
    #expect(try SigningKeys("whsec_" + Data(count: bytes).base64EncodedString()).count == 1)
  }
}

@Suite("Private addresses")
struct PrivateHostTests {
  @Test(
    "are refused unless they are allowed",
    arguments: [
      "http://127.0.0.1/x", "http://localhost:8080", "https://169.254.169.254/latest/meta-data",
      "http://[::1]/", "http://[fe80::1]:80/", "http://10.0.0.1", "http://192.168.1.1",
      "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::ffff:10.0.0.1]/",
      "http://metadata.google.internal/",
    ])
  func refused(url: String) async throws {
    #expect(!PrivateHosts.none.allow(url))
    #expect(PrivateHosts.all.allow(url))
    let error = DeliveryError.rejected("ops: the address is private; allow it with allow_private")
    await #expect(throws: error) { try await notifier(url, hosts: .none).deliver(message()) }
  }

  @Test(
    "public ones are not refused",
    arguments: [
      "https://example.com/h", "https://8.8.8.8", "https://172.32.0.1", "https://a.b:8443/c",
    ])
  func allowed(url: String) { #expect(PrivateHosts.none.allow(url)) }

  @Test("only the hosts that are named are allowed")
  func named() {
    let hosts = PrivateHosts.only(["hooks.internal"])
    #expect(hosts.allow("https://HOOKS.internal/x"))
    #expect(!hosts.allow("https://other.internal/x"))
    #expect(!hosts.allow("https://hooks.internal@10.0.0.1/x"))
  }

  @Test(
    "what is no web address is refused",
    arguments: ["", "ftp://e.com", "https://", "https://u@e.com"])
  func noAddress(url: String) { #expect(!PrivateHosts.all.allow(url)) }
}
