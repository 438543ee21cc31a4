import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@testable import CurlTransport

@Suite(.serialized) struct SigningTests {
  static let python = PythonJudge.python
  static let hasBotocore = (try? run("from botocore.auth import get_current_datetime", [:])) != nil

  /// Signs again what was sent, at the same moment, the way AWS's own client does.
  static let program = """
    import datetime, json, os
    import botocore.auth
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    r = json.loads(os.environ["SIGN"])
    moment = datetime.datetime.strptime(r["date"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *a, **k: moment
    signer = SigV4Auth(Credentials(r["id"], r["secret"], r["token"] or None), r["service"], r["region"])
    request = AWSRequest("POST", r["url"], data=r["body"].encode(), headers=r["headers"])
    signer.add_auth(request)
    print(request.headers["X-Amz-Date"], request.headers["Authorization"])
    """

  static func run(_ program: String, _ environment: [String: String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", program]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Foundation.Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY:EXAMPLE"

  static func request(_ url: String, service: String, body: String, token: String?) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: url,
      headers: [
        HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        HTTPField("X-Amz-Target", "A_20200101.Do"),
      ], body: Array(body.utf8),
      signing: .awsSigV4(
        service: service, region: "eu-west-1",
        credentials: AWSCredentials(
          accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(secret),
          sessionToken: token.map { Secret($0) })))
  }

  @Test(
    "libcurl's signature is the one AWS's own client makes",
    .enabled(if: hasBotocore, "botocore is not importable (1.40 or later)"),
    arguments: [
      ("ec2", "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Afinops-fleet", nil),
      ("ec2", "Action=RunInstances&ClientToken=abc&UserData=%2B%2F%3D", "IQoJb3JpZ2luX2VjEHYaC=="),
      ("sts", "", nil), ("sqs", "{\"a\":\"é\"}", "t/o+k=en"),
      ("monitoring", String(repeating: "a=b&", count: 200_000), nil),
    ] as [(String, String, String?)])
  func sameAsBotocore(service: String, body: String, token: String?) async throws {
    let server = try LoopbackServer { _ in [.write(Answers.plain(""))] }
    defer { server.stop() }
    let transport = CurlTransport(TransportOptions(version: "test"))
    let sent = Self.request(server.url, service: service, body: body, token: token)
    _ = try await transport.send(sent)
    let seen = try #require(server.requests.first)
    #expect(seen.header("X-Amz-Security-Token") == token)
    #expect(seen.header("Expect") == nil && seen.body == sent.body)
    // The environment cannot carry the longest body; its digest is checked in the shorter ones.
    try #require(service != "monitoring" || seen.header("Authorization") != nil)
    guard body.utf8.count < 100_000 else { return }
    let date = try #require(seen.header("X-Amz-Date"))
    let question: [String: Any] = [
      "date": date, "id": "AKIDEXAMPLE", "secret": Self.secret, "token": token ?? "",
      "service": service, "region": "eu-west-1", "url": server.url, "body": body,
      "headers": Dictionary(uniqueKeysWithValues: sent.headers.map { ($0.name, $0.value) }),
    ]
    let json = try JSONSerialization.data(withJSONObject: question)
    let theirs = try Self.run(Self.program, ["SIGN": String(decoding: json, as: UTF8.self)])
      .split(separator: " ", maxSplits: 1).map(String.init)
    #expect(theirs.first == date)
    #expect(
      seen.header("Authorization")?.replacing(", ", with: ",")
        == theirs.last?.replacing(", ", with: ","))
  }

  @Test(
    "what libcurl 7.88 signs wrongly is not sent",
    arguments: [
      ("GET", "http://127.0.0.1:1/", [HTTPField]()), ("POST", "http://127.0.0.1:1/path", []),
      ("POST", "http://127.0.0.1:1/?a=b", []), ("POST", "http://127.0.0.1:1", []),
      ("POST", "http://127.0.0.1:1/", [HTTPField("X-Empty", "")]),
      ("POST", "http://127.0.0.1:1/", [HTTPField("X-B", "1"), HTTPField("X-B-C", "2")]),
      ("POST", "http://127.0.0.1:1/", [HTTPField("Expect", "100-continue")]),
      ("POST", "http://127.0.0.1:1/", [HTTPField("authorization", "x")]),
    ])
  func unsignable(method: String, url: String, headers: [HTTPField]) async {
    var request = Self.request(url, service: "ec2", body: "", token: nil)
    request.method = method
    request.url = url
    request.headers = headers
    let words = Authority(url: url).flatMap { RequestCheck.fault(in: request, $0) }
    #expect(words != nil)
    await #expect(throws: TransportError.notSent(words ?? "")) {
      try await CurlTransport(TransportOptions(version: "test")).send(request)
    }
  }

  @Test("a signed body is refused past its limit, and at it not")
  func size() throws {
    let authority = try #require(Authority(url: "http://127.0.0.1:1/"))
    var request = Self.request("http://127.0.0.1:1/", service: "ec2", body: "", token: nil)
    request.body = [UInt8](repeating: 0x61, count: RequestCheck.maximumSignedBody)
    #expect(RequestCheck.fault(in: request, authority) == nil)
    request.body.append(0x61)
    #expect(RequestCheck.fault(in: request, authority) != nil)
  }

  @Test("no error shows a secret")
  func secrets() async {
    var request = Self.request(
      "http://127.0.0.1:1/", service: "ec2", body: "", token: "s3cr3t-token")
    for url in ["http://127.0.0.1:1/", "http://127.0.0.1:1/x"] {
      request.url = url
      do throws(TransportError) {
        _ = try await CurlTransport(TransportOptions(version: "test")).send(request)
      } catch {
        #expect(!"\(error)".contains(Self.secret) && !"\(error)".contains("s3cr3t-token"))
      }
    }
  }
}
