import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Which link of the chain is used, and what is said when none is there.
@Suite struct CredentialChainTests {
  static let keys = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "envsecret"]

  /// What a chain comes to over these files and answers.
  static func issue(
    _ environment: [String: String], files: [String: String] = [:], profile: String? = nil,
    answers: [Result<HTTPResponse, TransportError>] = []
  ) async throws -> (issued: Issued<AWSCredentials>, asked: [HTTPRequest]) {
    try await withFolder { home in
      for (name, text) in files {
        let url = URL(filePath: "\(home)/.aws/\(name)")
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      let transport = ScriptedTransport(answers)
      let chain = AWSCredentialChain(
        environment: environment.mapValues { $0.replacing("~", with: home) }, home: home,
        profile: profile, transport: transport, time: VirtualTime())
      return (try await chain.issue(), transport.requests)
    }
  }

  static func refusal(
    _ environment: [String: String], files: [String: String] = [:], profile: String? = nil,
    answers: [Result<HTTPResponse, TransportError>] = []
  ) async -> String {
    do {
      let found = try await issue(environment, files: files, profile: profile, answers: answers)
      return "issued by \(found.issued.link)"
    } catch {
      return (error as? ActuateError)?.refusal?.message ?? "\(error)"
    }
  }

  @Test func `The environment comes first`() async throws {
    let files = ["credentials": "[default]\naws_access_key_id=F\naws_secret_access_key=S\n"]
    let found = try await Self.issue(Self.keys, files: files).issued
    #expect(found.value.accessKeyID == "AKIDENV" && found.value.sessionToken == nil)
    #expect(found.link == "environment" && found.expiresAt == nil)
    let token = Self.keys.merging(["AWS_SESSION_TOKEN": "tok"]) { $1 }
    #expect(try await Self.issue(token).issued.value.sessionToken == Secret("tok"))
  }

  @Test(arguments: [nil, "dev"])
  func `The profile is found in the credentials file`(profile: String?) async throws {
    let text = """
      # ours
      [default]
      aws_access_key_id = AKDEFAULT
      aws_secret_access_key = a=b/c
      [dev]
      aws_access_key_id=AKDEV
      aws_secret_access_key=a=b/c
      aws_session_token=tok
      """
    let environment = profile.map { ["AWS_PROFILE": $0] } ?? [:]
    let found = try await Self.issue(environment, files: ["credentials": text]).issued
    #expect(found.value.accessKeyID == (profile == nil ? "AKDEFAULT" : "AKDEV"))
    #expect(found.value.secretAccessKey == Secret("a=b/c"))
    #expect(found.value.sessionToken == profile.map { _ in Secret("tok") })
    #expect(found.link == "profile \(profile ?? "default") in the shared files")
  }

  @Test func `A profile the configuration names goes before the environment`() async throws {
    let text = "[profile dev]\r\naws_access_key_id=AK\r\naws_secret_access_key=s\r\n"
    let found = try await Self.issue(Self.keys, files: ["config": text], profile: "dev").issued
    #expect(found.value.accessKeyID == "AK")
  }

  @Test func `The error names what was looked at, and no secret`() async {
    let files = ["credentials": "[default]\naws_secret_access_key=verysecret\n"]
    let said = await Self.refusal(["AWS_EC2_METADATA_DISABLED": "true"], files: files)
    for part in [
      "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "/.aws/credentials", "/.aws/config",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_DISABLED",
    ] { #expect(said.contains(part), "\(said)") }
    #expect(!said.contains("verysecret"))
  }

  @Test(arguments: [
    (["AWS_ACCESS_KEY_ID": "A"], "AWS_SECRET_ACCESS_KEY is not"),
    (["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere"], "AWS_ROLE_ARN is not"),
    (["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere", "AWS_ROLE_ARN": "arn"], "can not be read"),
    (["AWS_PROFILE": "none"], "no AWS credentials"),
  ])
  func `A link that is set up by half ends the search`(
    environment: [String: String], words: String
  ) async {
    #expect(await Self.refusal(environment).contains(words))
  }

  @Test func `A program's keys are taken with their end`() async throws {
    let answer =
      #"{\"Version\":1,\"AccessKeyId\":\"AKP\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\","#
      + #"\"Expiration\":\"2026-11-21T10:00:00Z\"}"#
    let text = "[default]\ncredential_process = printf '%s' \"\(answer)\"\n"
    let plain = text.replacing("\\\"", with: "\u{1}").replacing("\"", with: "'")
      .replacing("\u{1}", with: "\"")
    let found = try await Self.issue(
      ["PATH": "/usr/bin:/bin"], files: ["config": plain]
    ).issued
    #expect(found.value.accessKeyID == "AKP" && found.value.sessionToken == Secret("t"))
    #expect(found.expiresAt == Timestamp(rfc3339: "2026-11-21T10:00:00Z"))
    #expect(found.link == "profile default, credential_process")
    let bad = "[default]\ncredential_process = printf '{\"Version\":2}'\n"
    let said = await Self.refusal(["PATH": "/usr/bin:/bin"], files: ["config": bad])
    #expect(said.contains("no credentials of version 1"))
  }

  private static let sso = """
    [default]
    sso_session = corp
    sso_account_id = 111122223333
    sso_role_name = Finops
    [sso-session corp]
    sso_region = eu-west-1
    sso_start_url = https://example.awsapps.com/start
    """
  /// SHA-1 of "corp".
  private static let login = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"

  @Test(arguments: [("2026-11-22T00:00:00Z", true), ("2026-11-20T00:00:00Z", false)])
  func `A login is used while it lasts, and the command that renews it is named`(
    end: String, lasts: Bool
  ) async throws {
    let cache = #"{"accessToken":"person","expiresAt":"\#(end)"}"#
    let reply = """
      {"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t",\
      "expiration":1795255200000}}
      """
    let files = ["config": Self.sso, Self.login: cache]
    guard lasts else {
      let said = await Self.refusal([:], files: files)
      #expect(said.contains("run: aws sso login --profile default"), "\(said)")
      return
    }
    let (found, asked) = try await Self.issue([:], files: files, answers: [.xml(reply)])
    #expect(found.value.accessKeyID == "ASIASSO")
    #expect(found.expiresAt == Timestamp(seconds: 1_795_255_200))
    #expect(found.link == "profile default, single sign-on as Finops")
    #expect(asked[0].url.hasPrefix("https://portal.sso.eu-west-1.amazonaws.com/federation/"))
    #expect(asked[0].headers.contains(HTTPField("x-amz-sso_bearer_token", "person")))
    let gone = await Self.refusal([:], files: files, answers: [.xml("{}", status: 401)])
    #expect(gone.contains("run: aws sso login"))
    #expect(await Self.refusal([:], files: ["config": Self.sso]).contains("is not there"))
  }

  @Test(arguments: [
    ("4102444800000", true), ("0", true), ("4102444800001", false), ("-1", false),
    ("9223372036854775807", false),
  ])
  func `A login's role that ends at no possible time is no answer`(
    end: String, isRead: Bool
  ) async {
    let cache = #"{"accessToken":"person","expiresAt":"2026-11-22T00:00:00Z"}"#
    let reply = """
      {"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t",\
      "expiration":\(end)}}
      """
    let said = await Self.refusal(
      [:], files: ["config": Self.sso, Self.login: cache], answers: [.xml(reply)])
    #expect(said.hasPrefix("issued by") == isRead, "\(said)")
  }
}
