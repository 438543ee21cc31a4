import Clouds
import Foundation
import Planner
import Ports
import Testing

@Suite struct CredentialChainTests {
  private static let keys = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "envsecret"]

  @Test func `The environment comes first`() throws {
    try withHome(credentials: "[default]\naws_access_key_id=F\naws_secret_access_key=S\n") { home in
      let found = try CredentialChain(environment: Self.keys, home: home).credentials()
      #expect(found.accessKeyID == "AKIDENV")
      #expect(found.sessionToken == nil)
      let token = Self.keys.merging(["AWS_SESSION_TOKEN": "tok"]) { $1 }
      let temporary = try CredentialChain(environment: token, home: home).credentials()
      #expect(temporary.sessionToken == Secret("tok"))
    }
  }

  @Test(arguments: [nil, "dev"])
  func `The profile is found in the credentials file`(profile: String?) throws {
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
    try withHome(credentials: text) { home in
      let environment = profile.map { ["AWS_PROFILE": $0] } ?? [:]
      let found = try CredentialChain(environment: environment, home: home).credentials()
      #expect(found.accessKeyID == (profile == nil ? "AKDEFAULT" : "AKDEV"))
      #expect(found.secretAccessKey == Secret("a=b/c"))
      #expect(found.sessionToken == profile.map { _ in Secret("tok") })
    }
  }

  @Test func `The profile is found in the config file`() throws {
    let text = "[profile dev]\r\naws_access_key_id=AK\r\naws_secret_access_key=s\r\n"
    try withHome(config: text) { home in
      let chain = CredentialChain(environment: Self.keys, home: home, profile: "dev")
      let found = try chain.credentials()
      #expect(found.accessKeyID == "AK")
    }
  }

  @Test func `The error names what was looked at, and no secret`() throws {
    let text = "[default]\naws_secret_access_key=verysecret\n[sso]\nsso_session=corp\n"
    try withHome(credentials: text) { home in
      let plain = message { try CredentialChain(environment: [:], home: home).credentials() }
      for part in ["AWS_ACCESS_KEY_ID", home + "/.aws/credentials", home + "/.aws/config"] {
        #expect(plain.contains(part))
      }
      #expect(!plain.contains("verysecret"))
      let other = message {
        try CredentialChain(environment: ["AWS_PROFILE": "sso"], home: home).credentials()
      }
      #expect(other.contains("sso_session"))
    }
  }

  @Test func `Half a pair of keys is an error of its own`() {
    let said = message {
      try CredentialChain(environment: ["AWS_ACCESS_KEY_ID": "A"], home: "/nowhere").credentials()
    }
    #expect(said == "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
  }

  private func message(_ body: () throws -> AWSCredentials) -> String {
    do {
      _ = try body()
      return "no error"
    } catch {
      return (error as? ActuateError)?.refusal?.message ?? "\(error)"
    }
  }

  private func withHome(
    credentials: String? = nil, config: String? = nil, _ body: (String) throws -> Void
  ) throws {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let folder = home.appending(path: ".aws")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    for (name, text) in [("credentials", credentials), ("config", config)] {
      if let text { try Data(text.utf8).write(to: folder.appending(path: name)) }
    }
    try body(home.path)
  }
}
