import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Google's chain of credentials, against our fake's token endpoints and metadata server.
@Suite struct GCPCredentialTests {
  private func chain(
    _ bench: GCPBench, _ folder: URL, _ environment: [String: String] = [:], file: String? = nil,
    metadata: String = "http://127.0.0.1:9"
  ) -> GCPCredentialChain {
    GCPCredentialChain(
      file: file, environment: environment, home: folder.path, transport: bench.transport,
      time: bench.time, tokenURL: bench.endpoint + "/token", metadata: metadata)
  }

  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let gcloud = folder.appending(path: ".config/gcloud")
    try FileManager.default.createDirectory(at: gcloud, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func write(_ object: [String: Any], to url: URL) throws {
    try JSONSerialization.data(withJSONObject: object).write(to: url)
  }

  private let person: [String: Any] = [
    "type": "authorized_user", "client_id": "id", "client_secret": "secret",
    "refresh_token": "refresh-1", "quota_project_id": "billed",
  ]

  private func refusal(_ chain: GCPCredentialChain) async -> ActFailure? {
    do throws(ActuateError) {
      _ = try await chain.credential()
      return nil
    } catch {
      guard case .refused(let failure) = error else { return nil }
      return failure
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A person's refresh token is changed for one that works, with its end`() async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        bench.cloud.trust(["refresh-1"])
        let path = folder.appending(path: ".config/gcloud/application_default_credentials.json")
        try write(person, to: path)
        let issued = try await chain(bench, folder).credential()
        #expect(issued.link == "gcloud user credentials in \(path.path)")
        #expect(issued.expiresAt == bench.time.now().advanced(by: .seconds(3599)))
        #expect(issued.value.quotaProject == "billed")
        let cache = chain(bench, folder).cache()
        _ = try await bench.actuator(credentials: cache).inventory()
        let sent = bench.transport.exchanges.last?.request.headers
        #expect(sent?.contains(HTTPField("x-goog-user-project", "billed")) == true)
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A token that is refused in the middle of a run is fetched anew, and the act is done`()
    async throws
  {
    try await withGCP { bench in
      try await withFolder { folder in
        bench.cloud.trust(["refresh-1"])
        let file = folder.appending(path: "key.json")
        try write(person, to: file)
        let cache = chain(bench, folder, file: file.path).cache()
        let actuator = bench.actuator(credentials: cache)
        _ = try await actuator.inventory()
        bench.cloud.revokeTokens()
        let receipt = try await actuator.carryOut(gcpLaunch())
        bench.settle()
        #expect(try await actuator.inventory().nodes.map(\.id) == [receipt.node])
        #expect(bench.cloud.everMade(label: Tag.intent, "tok1").count == 1)
        #expect(bench.cloud.calls("oauth2.token").count == 2)
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A token is fetched anew before its end`() async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        bench.cloud.trust(["refresh-1"])
        let file = folder.appending(path: "key.json")
        try write(person, to: file)
        let actuator = bench.actuator(
          credentials: chain(bench, folder, file: file.path).cache())
        _ = try await actuator.inventory()
        bench.time.advance(by: .minutes(54))
        _ = try await actuator.inventory()
        #expect(bench.cloud.calls("oauth2.token").count == 1)
        bench.time.advance(by: .minutes(2))
        _ = try await actuator.inventory()
        #expect(bench.cloud.calls("oauth2.token").count == 2)
        #expect(bench.cloud.calls().allSatisfy { $0.status == 200 })
      }
    }
  }

  @Test(
    .enabled(if: PythonJudge.has("google.auth", "cryptography"), "google-auth is not installed"),
    .timeLimit(.minutes(2)))
  func `A service account's statement is signed as google-auth wants it`() async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        let tool = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/gcp_key.py")
        let made = try await PythonJudge.aside(
          [PythonJudge.python, tool.path, "make", folder.path, bench.endpoint + "/token"], limit: 60
        )
        #expect(made.status == 0, "\(made.errors)")
        let file = folder.appending(path: "key.json")
        let chain = chain(bench, folder, ["GOOGLE_APPLICATION_CREDENTIALS": file.path])
        let issued = try await chain.credential()
        #expect(issued.link == "service account in \(file.path)")
        let form = ScriptedTransport.form(
          String(
            decoding: bench.transport.exchanges.first?.request.body ?? [], as: UTF8.self))
        let judged = try await PythonJudge.aside(
          [
            PythonJudge.python, tool.path, "judge", folder.path, bench.endpoint + "/token",
            form["assertion"] ?? "", "\(bench.time.now().microseconds / 1_000_000)",
          ], limit: 60)
        #expect(judged.output == "" && judged.status == 0, "\(judged.output) \(judged.errors)")
        _ = try await bench.actuator(credentials: chain.cache()).inventory()
      }
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [false, true])
  func `Another provider's token is changed for Google's`(impersonates: Bool) async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        bench.cloud.trust(["subject-1"])
        let token = folder.appending(path: "token")
        try Data("{\"id_token\": \"subject-1\"}".utf8).write(to: token)
        var federation: [String: Any] = [
          "type": "external_account", "audience": "//iam.googleapis.com/projects/1/x",
          "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
          "token_url": bench.endpoint + "/v1/token",
          "credential_source": [
            "file": token.path,
            "format": ["type": "json", "subject_token_field_name": "id_token"],
          ],
        ]
        if impersonates {
          federation["service_account_impersonation_url"] =
            bench.endpoint + "/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken"
        }
        let file = folder.appending(path: "wif.json")
        try write(federation, to: file)
        let issued = try await chain(bench, folder, file: file.path).credential()
        #expect(issued.link.hasSuffix("impersonating a service account") == impersonates)
        let cache = chain(bench, folder, file: file.path).cache()
        _ = try await bench.actuator(credentials: cache).inventory()
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A machine of Google's asks its metadata server`() async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        let metadata = FakeGCPMetadata(cloud: bench.cloud, time: bench.time)
        let endpoint = try await metadata.start()
        let chain = chain(bench, folder, metadata: endpoint)
        let issued = try await chain.credential()
        _ = try await bench.actuator(credentials: chain.cache()).inventory()
        await metadata.stop()
        #expect(issued.link == "metadata server")
        #expect(issued.expiresAt != nil)
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Where nothing is found, everything that was looked at is named`() async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        let message = await refusal(chain(bench, folder))?.message ?? ""
        #expect(message.contains(".config/gcloud/application_default_credentials.json"))
        #expect(message.contains("the metadata server at http://127.0.0.1:9"))
        let named = await refusal(
          chain(bench, folder, ["GOOGLE_APPLICATION_CREDENTIALS": "/nowhere/key.json"]))
        #expect(
          named?.message
            == "/nowhere/key.json, named by GOOGLE_APPLICATION_CREDENTIALS, is not there")
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func
    `A refresh token that was taken back is an error of the credentials, told in Google's words`()
    async throws
  {
    try await withGCP { bench in
      try await withFolder { folder in
        let file = folder.appending(path: "key.json")
        try write(person, to: file)
        let failure = await refusal(chain(bench, folder, file: file.path))
        #expect(failure?.kind == .auth && failure?.code == "invalid_grant")
        #expect(failure?.message == "Token has been expired or revoked.")
      }
    }
  }

  @Test(arguments: [
    ("{\"type\": \"impersonated_service_account\"}", "impersonated_service_account"),
    ("{\"type\": \"gdch_service_account\"}", "gdch_service_account"),
    ("[]", "is not a Google credentials file"),
    ("{\"type\": \"service_account\"}", "client_email or private_key is missing"),
    ("{\"type\": \"authorized_user\"}", "refresh_token is missing"),
    (
      "{\"type\": \"service_account\", \"client_email\": \"a\", \"private_key\": \"b\"}",
      "private key can not be used"
    ),
    (
      """
      {"type": "external_account", "audience": "a", "token_url": "b", "subject_token_type": "c",
       "credential_source": {"environment_id": "aws1"}}
      """, "a subject token from aws1 is not offered"
    ),
  ])
  func `A file that can not be used is named with the reason`(
    content: String, reason: String
  ) async throws {
    try await withGCP { bench in
      try await withFolder { folder in
        let file = folder.appending(path: "key.json")
        try Data(content.utf8).write(to: file)
        let failure = await refusal(chain(bench, folder, file: file.path))
        #expect(failure?.kind == .auth)
        #expect(failure?.message.contains(reason) == true, "\(failure?.message ?? "")")
      }
    }
  }
}
