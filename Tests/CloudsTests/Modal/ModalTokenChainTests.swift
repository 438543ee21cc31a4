import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

@Suite struct ModalTokenChainTests {
  /// The link, or the message of the refusal.
  private func found(
    _ text: String?, _ environment: [String: String] = [:]
  ) throws -> (link: String, token: ModalToken?) {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    if let text { try Data(text.utf8).write(to: home.appending(path: ".modal.toml")) }
    func short(_ text: String) -> String { text.replacing(home.path, with: "~") }
    do throws(ActuateError) {
      let issued = try ModalTokenChain(environment: environment, home: home.path).token()
      return (short(issued.link), issued.value)
    } catch {
      #expect(error.refusal?.kind == .auth && error.refusal?.code == "NoCredentials")
      return (short(error.refusal?.message ?? ""), nil)
    }
  }

  private static let two = """
    # made by hand
    [main]
    token_id = "ak-m"   # the id
    token_secret = 'as-m'
    active = true
    [ "dev team" ]
    token_id="ak-d"
    token_secret="as-d"
    """

  @Test func `Variables come first, each half for itself`() throws {
    let both = try found(Self.two, ["MODAL_TOKEN_ID": "ak-e", "MODAL_TOKEN_SECRET": "as-e"])
    #expect(both.token == ModalToken(id: "ak-e", secret: Secret("as-e")))
    #expect(both.link == "MODAL_TOKEN_ID and MODAL_TOKEN_SECRET in the environment")
    let half = try found(Self.two, ["MODAL_TOKEN_ID": "ak-e", "MODAL_TOKEN_SECRET": ""])
    #expect(half.token == ModalToken(id: "ak-e", secret: Secret("as-m")))
  }

  @Test func `The active profile, or the one that is named, is used`() throws {
    let active = try found(Self.two)
    #expect(active.link == "profile main in ~/.modal.toml")
    #expect(active.token == ModalToken(id: "ak-m", secret: Secret("as-m")))
    let named = try found(Self.two, ["MODAL_PROFILE": "dev team"])
    #expect(named.token == ModalToken(id: "ak-d", secret: Secret("as-d")))
    let only = try found("[default]\ntoken_id='a'\ntoken_secret='b'\n")
    #expect(only.link == "profile default in ~/.modal.toml")
  }

  @Test func `Another file can be named`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data("[default]\ntoken_id='a'\ntoken_secret='b'".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let named = try found(nil, ["MODAL_CONFIG_PATH": file.path])
    #expect(named.link == "profile default in \(file.path)")
  }

  @Test(
    arguments: [
      (nil, "not there"), ("[default]\ntoken_id = 'a'", "without token_id and token_secret"),
      ("[a]\ntoken_id='a'\ntoken_secret='b'\n[b]\n", "no profile in ~/.modal.toml is active"),
      (
        "[a]\nactive=true\n[b]\nactive = true # x",
        "more than one profile in ~/.modal.toml is active"
      ),
      ("[default]\ntoken_id='a b'\ntoken_secret='b'", "is no word that can be sent"),
      ("[default]\ntoken_id=\"a\\u0062\"\ntoken_secret='b'", "without token_id"),
      ("token_id='a'\ntoken_secret='b'", "not there"),
      ("[[default]]\ntoken_id='a'\ntoken_secret='b'", "not there"),
    ] as [(String?, String)])
  func `Without a token it is said where was looked`(file: String?, words: String) throws {
    let none = try found(file)
    #expect(none.token == nil && none.link.contains(words), "\(none.link)")
  }

  @Test func `A secret is not shown`() throws {
    let token = try #require(try found(Self.two).token)
    #expect(!"\(token)".contains("as-m") && !String(reflecting: token).contains("as-m"))
  }
}
