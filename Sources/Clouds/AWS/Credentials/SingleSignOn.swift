import Crypto
import FleetModel
import Foundation
import Ports

/// A role given for a person's login, which `aws sso login` keeps in a cache; the cache is read,
/// never written, and a login that has ended is a person's to renew.
struct SingleSignOn: Sendable {
  let chain: AWSCredentialChain
  let profile: [String: String]
  let session: [String: String]
  let name: String

  /// 2100, in milliseconds: a later end is no time.
  private static let latest: Int64 = 4_102_444_800_000

  private struct Login: Decodable {
    var accessToken: String
    var expiresAt: String
  }

  private struct Reply: Decodable {
    var roleCredentials: Keys

    struct Keys: Decodable {
      var accessKeyId: String
      var secretAccessKey: String
      var sessionToken: String
      /// Milliseconds since 1970.
      var expiration: Int64
    }
  }

  func issue() async throws(ActuateError) -> Issued<AWSCredentials> {
    guard let region = session["sso_region"] ?? profile["sso_region"],
      let account = profile["sso_account_id"], let role = profile["sso_role_name"]
    else {
      throw AWSCredentialChain.refusal(
        "profile \(name) lacks one of sso_region, sso_account_id, sso_role_name")
    }
    let token = try login()
    let own = chain.value("AWS_ENDPOINT_URL_SSO") ?? chain.value("AWS_ENDPOINT_URL")
    let base = own ?? "https://portal.sso.\(region).amazonaws.com"
    let call = CloudCall(
      "sso:GetRoleCredentials",
      url: "\(base)/federation/credentials?account_id=\(Self.escaped(account))"
        + "&role_name=\(Self.escaped(role))",
      headers: [HTTPField("x-amz-sso_bearer_token", token)])
    return try await ask(call, role: role)
  }

  private func ask(
    _ call: CloudCall, role: String
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    let reply: HTTPResponse
    do throws(TransportError) { reply = try await chain.transport.send(call.request) } catch {
      throw CloudVerdict.error(error, mutating: false)
    }
    guard reply.status != 401 else { throw loginNeeded("is no longer taken") }
    try CloudVerdict.check(reply, of: call, fault: AWSVerdict.fault(of: reply) { _, _ in nil })
    guard let keys = try? JSONDecoder().decode(Reply.self, from: Data(reply.body)).roleCredentials,
      !keys.accessKeyId.isEmpty, !keys.secretAccessKey.isEmpty,
      (0...Self.latest).contains(keys.expiration)
    else { throw CloudVerdict.unreadable(call) }
    let credentials = AWSCredentials(
      accessKeyID: keys.accessKeyId, secretAccessKey: Secret(keys.secretAccessKey),
      sessionToken: Secret(keys.sessionToken))
    return Issued(
      credentials, link: "profile \(name), single sign-on as \(role)",
      expiresAt: Timestamp(seconds: keys.expiration / 1000))
  }

  /// The file is named after the session, or after the start page where there is none.
  private func login() throws(ActuateError) -> String {
    let key = profile["sso_session"] ?? profile["sso_start_url"] ?? ""
    let digest = Insecure.SHA1.hash(data: Data(key.utf8))
    let file = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let path = chain.home + "/.aws/sso/cache/\(file).json"
    guard let content = FileManager.default.contents(atPath: path),
      let login = try? JSONDecoder().decode(Login.self, from: content)
    else { throw loginNeeded("is not there") }
    // Old tools wrote "UTC" for "Z".
    let text = login.expiresAt.replacingOccurrences(of: "UTC", with: "Z")
    guard let end = Timestamp(rfc3339: text), end > chain.time.now() else {
      throw loginNeeded("ended at \(login.expiresAt)")
    }
    return login.accessToken
  }

  private func loginNeeded(_ why: String) -> ActuateError {
    AWSCredentialChain.refusal(
      "the login of profile \(name) \(why); run: aws sso login --profile \(name)")
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }
}
