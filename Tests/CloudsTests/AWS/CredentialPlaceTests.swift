import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Roles, containers and instances as sources of credentials.
@Suite struct CredentialPlaceTests {
  private static let keys = """
    {"Code":"Success","AccessKeyId":"ASIAPLACE","SecretAccessKey":"s","Token":"t",\
    "Expiration":"2026-11-21T10:00:00Z"}
    """

  @Test(arguments: [
    ("http://169.254.170.23/v1/credentials", true), ("http://localhost:1/x", true),
    ("http://127.1.2.3/x", true), ("http://[::1]/x", true), ("http://[fd00:ec2::23]/x", true),
    ("https://example.com/x", true), ("http://example.com/x", false),
    ("http://169.254.170.24/x", false), ("http://127.0.0.1.example.com/x", false),
    ("ftp://localhost/x", false), ("nonsense", false),
  ])
  func `A container's endpoint is the machine's own or https`(
    url: String, allowed: Bool
  ) async throws {
    let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]
    guard allowed else {
      let said = await CredentialChainTests.refusal(environment, answers: [.xml(Self.keys)])
      #expect(said.contains("neither https nor"))
      return
    }
    let (found, asked) = try await CredentialChainTests.issue(
      environment, answers: [.xml(Self.keys)])
    #expect(found.link == "container" && found.value.sessionToken == Secret("t"))
    #expect(found.expiresAt != nil && asked.map(\.url) == [url])
  }

  @Test func `The container's token comes from its file, else from the variable`() async throws {
    var environment = [
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": "plain",
    ]
    let first = try await CredentialChainTests.issue(environment, answers: [.xml(Self.keys)]).asked
    #expect(first[0].url == "http://169.254.170.2/v2/x")
    #expect(first[0].headers == [HTTPField("Authorization", "plain")])
    environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "~/.aws/token"
    let second = try await CredentialChainTests.issue(
      environment, files: ["token": "filed\n"], answers: [.xml(Self.keys)]
    ).asked
    #expect(second[0].headers == [HTTPField("Authorization", "filed")])
    let bad = await CredentialChainTests.refusal(environment, files: ["token": "a\r\nX: b"])
    #expect(bad.contains("no header may have"))
  }

  @Test func `The instance's role is asked for with a token`() async throws {
    let (found, asked) = try await CredentialChainTests.issue(
      ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1/"],
      answers: [.xml("tok"), .xml("gpu-role\n"), .xml(Self.keys)])
    #expect(found.link == "instance metadata, role gpu-role")
    #expect(asked.map(\.method) == ["PUT", "GET", "GET"])
    #expect(asked[0].headers == [HTTPField("X-aws-ec2-metadata-token-ttl-seconds", "21600")])
    #expect(asked[2].headers == [HTTPField("X-aws-ec2-metadata-token", "tok")])
    #expect(asked[2].url.hasSuffix("/latest/meta-data/iam/security-credentials/gpu-role"))
  }

  @Test(arguments: [
    [Result<HTTPResponse, TransportError>.failure(.notSent("refused"))],
    [.xml("", status: 404)], [.xml("tok"), .xml("<html>404</html>", status: 404)],
    [
      .xml("tok"), .xml("role"),
      .xml(#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"not trusted"}"#),
    ],
  ])
  func `An instance without a usable role gives none`(
    answers: [Result<HTTPResponse, TransportError>]
  ) async {
    let said = await CredentialChainTests.refusal([:], answers: answers)
    #expect(said.contains("instance"), "\(said)")
    #expect(!said.hasPrefix("issued"))
  }

  private static let roles = """
    [profile base]
    aws_access_key_id = AKBASE
    aws_secret_access_key = s
    region = eu-west-1
    [profile middle]
    role_arn = arn:aws:iam::111122223333:role/middle
    source_profile = base
    [profile top]
    role_arn = arn:aws:iam::111122223333:role/top
    source_profile = middle
    duration_seconds = 900
    region = eu-west-1
    [profile own]
    role_arn = arn:aws:iam::111122223333:role/own
    source_profile = own
    aws_access_key_id = AKOWN
    aws_secret_access_key = s
    [profile round]
    role_arn = arn:aws:iam::111122223333:role/round
    source_profile = trip
    [profile trip]
    role_arn = arn:aws:iam::111122223333:role/trip
    source_profile = round
    [profile person]
    role_arn = arn:aws:iam::111122223333:role/person
    source_profile = base
    mfa_serial = arn:aws:iam::111122223333:mfa/x
    [profile alone]
    role_arn = arn:aws:iam::111122223333:role/alone
    """

  @Test func `Roles are taken on one by another, over HTTP`() async throws {
    try await withCloud { endpoint, cloud in
      cloud.require(keys: ["AKBASE"])
      let found = try await chain(endpoint, "top")
      #expect(found.value.accessKeyID.hasPrefix("ASIA"))
      #expect(
        found.link == "profile top, role arn:aws:iam::111122223333:role/top by profile middle, "
          + "role arn:aws:iam::111122223333:role/middle by profile base in the shared files")
      #expect(cloud.calls("AssumeRole").map { $0.parameters["DurationSeconds"] } == [nil, "900"])
      #expect(found.expiresAt == cloud.calls("AssumeRole").last?.at.advanced(by: .seconds(900)))
    }
  }

  @Test(arguments: [
    ("round", "in a circle"), ("person", "mfa_serial"), ("alone", "source_profile"),
    ("own", "security token"),
  ])
  func `A role that can not be taken on says why`(profile: String, words: String) async throws {
    try await withCloud { endpoint, cloud in
      cloud.require(keys: ["AKBASE"])
      do {
        _ = try await chain(endpoint, profile)
        Issue.record("issued")
      } catch {
        #expect("\(error)".contains(words), "\(error)")
      }
    }
  }

  @Test func `A role is taken on again before its end, once for all who ask`() async throws {
    try await withCloud { endpoint, cloud in
      let time = VirtualTime()
      try await withFolder { home in
        try Data(Self.roles.utf8).write(to: URL(filePath: home + "/config"))
        let cache = AWSCredentialChain(
          environment: ["AWS_CONFIG_FILE": home + "/config"], home: home, profile: "middle",
          endpoint: endpoint, transport: LoopbackClient(), time: time
        ).cache()
        let first = try await cache.current()
        time.advance(by: .minutes(54))
        #expect(try await cache.current().value == first.value)
        time.advance(by: .minutes(1))
        async let one = cache.current()
        async let two = cache.current()
        let both = try await (one.value, two.value)
        #expect(both.0 == both.1 && both.0 != first.value)
        #expect(cloud.calls("AssumeRole").count == 2)
      }
    }
  }

  @Test(
    .enabled(if: PythonJudge.has("moto.server", "flask"), "moto[server] is not installed"),
    .timeLimit(.minutes(2)))
  func `moto's STS gives what the chain asks for`() async throws {
    let moto = try await Peer.moto()
    defer { moto.stop() }
    let role = try await chain(moto.endpoint, "middle")
    #expect(role.value.accessKeyID.hasPrefix("ASIA") && role.value.sessionToken != nil)
    #expect(role.expiresAt != nil)
    let web = try await withFolder { home in
      try Data("a-token".utf8).write(to: URL(filePath: home + "/token"))
      return try await AWSCredentialChain(
        environment: [
          "AWS_WEB_IDENTITY_TOKEN_FILE": home + "/token",
          "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/finops",
        ], home: home, endpoint: moto.endpoint, transport: LoopbackClient(), time: VirtualTime()
      ).issue()
    }
    #expect(web.link == "web identity, role arn:aws:iam::123456789012:role/finops")
    let identity = try await account(LoopbackClient(), endpoint: moto.endpoint).identity()
    #expect(identity.account == "123456789012" && identity.arn.hasPrefix("arn:aws:sts::"))
  }

  private func chain(_ endpoint: String, _ profile: String) async throws -> Issued<AWSCredentials> {
    try await withFolder { home in
      try Data(Self.roles.utf8).write(to: URL(filePath: home + "/config"))
      return try await AWSCredentialChain(
        environment: ["AWS_CONFIG_FILE": home + "/config"], home: home, profile: profile,
        endpoint: endpoint, transport: LoopbackClient(), time: VirtualTime()
      ).issue()
    }
  }

  private func withCloud(_ body: (String, FakeEC2) async throws -> Void) async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    do { try await body(endpoint, cloud) } catch {
      await cloud.stop()
      throw error
    }
    await cloud.stop()
  }
}
