import CryptoExtras
import FleetModel
import Foundation
import Planner
import Ports

/// Changes what a credentials file holds for an access token.
struct GCPTokenRequests: Sendable {
  let transport: any HTTPTransport
  let time: any TimeSource
  let tokenURL: String?

  /// Everything IAM allows the identity; what that is, is IAM's to say.
  static let scope = "https://www.googleapis.com/auth/cloud-platform"
  static let google = "https://oauth2.googleapis.com/token"

  private static let limits = HTTPLimits(
    total: .seconds(15), connect: .seconds(3), decodedBytes: 1 << 20)
  /// Elsewhere than on a machine of Google's nobody answers at that address.
  private static let metadataLimits = HTTPLimits(
    total: .seconds(3), connect: .seconds(1), decodedBytes: 1 << 16)
  private static let flavor = HTTPField("Metadata-Flavor", "Google")

  /// A signed statement for a token (RFC 7523).
  func serviceAccount(
    _ file: GCPKeyFile, link: String
  ) async throws(ActuateError) -> Issued<GCPToken> {
    guard let email = file.client_email, let key = file.private_key else {
      throw GCPCredentialChain.refusal("\(link): client_email or private_key is missing")
    }
    let url = tokenURL ?? file.token_uri ?? Self.google
    let assertion = try GCPAssertion(
      issuer: email, keyID: file.private_key_id, audience: url, scope: Self.scope, at: time.now()
    ).signed(with: key, link: link)
    let form = [
      ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion),
    ]
    return try await exchange(form, at: url, "oauth2.token", link, file.quota_project_id)
  }

  /// A person's refresh token.
  func person(_ file: GCPKeyFile, link: String) async throws(ActuateError) -> Issued<GCPToken> {
    guard let id = file.client_id, let secret = file.client_secret, let token = file.refresh_token
    else {
      throw GCPCredentialChain.refusal(
        "\(link): client_id, client_secret or refresh_token is missing")
    }
    let form = [
      ("grant_type", "refresh_token"), ("client_id", id), ("client_secret", secret),
      ("refresh_token", token),
    ]
    let url = tokenURL ?? Self.google
    return try await exchange(form, at: url, "oauth2.token", link, file.quota_project_id)
  }

  /// Another provider's token for one of Google's (RFC 8693), and that for a service account's.
  func federation(
    _ file: GCPKeyFile, link: String
  ) async throws(ActuateError) -> Issued<GCPToken> {
    guard let audience = file.audience, let url = file.token_url,
      let kind = file.subject_token_type, let source = file.credential_source
    else {
      throw GCPCredentialChain.refusal(
        "\(link): audience, token_url, subject_token_type or credential_source is missing")
    }
    let subject = try await subjectToken(source, link: link)
    let form = [
      ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("audience", audience),
      ("scope", Self.scope), ("subject_token_type", kind), ("subject_token", subject),
      ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
    ]
    let own = try await exchange(form, at: url, "sts.token", link, file.quota_project_id)
    guard let impersonation = file.service_account_impersonation_url else { return own }
    return try await impersonate(own, at: impersonation, link: link)
  }

  private func subjectToken(
    _ source: GCPKeyFile.Source, link: String
  ) async throws(ActuateError) -> String {
    let bytes: [UInt8]
    if let path = source.file {
      guard let content = FileManager.default.contents(atPath: path) else {
        throw GCPCredentialChain.refusal("\(link): the subject token \(path) is not there")
      }
      bytes = Array(content)
    } else if let url = source.url {
      let headers = (source.headers ?? [:]).sorted { $0.key < $1.key }
      let call = CloudCall(
        "subject token", url: url, headers: headers.map { HTTPField($0.key, $0.value) },
        limits: Self.limits)
      bytes = try await send(call).body
    } else {
      let kind = source.environment_id ?? (source.executable != nil ? "executable" : "certificate")
      throw GCPCredentialChain.refusal(
        "\(link): a subject token from \(kind) is not offered; from a file or a URL it is")
    }
    guard let token = Self.token(in: bytes, source.format) else {
      throw GCPCredentialChain.refusal("\(link): the subject token is empty or not in its format")
    }
    return token
  }

  private static func token(in bytes: [UInt8], _ format: GCPKeyFile.Format?) -> String? {
    let text: String?
    if format?.type == "json", let field = format?.subject_token_field_name {
      let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      text = object?[field] as? String
    } else {
      text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private func impersonate(
    _ own: Issued<GCPToken>, at url: String, link: String
  ) async throws(ActuateError) -> Issued<GCPToken> {
    struct Wish: Encodable {
      var scope: [String]
      var lifetime = "3600s"
    }
    struct Reply: Decodable {
      var accessToken: String
      var expireTime: String
    }
    let bearer = "Bearer " + own.value.accessToken.reveal()
    let call = CloudCall(
      "iamcredentials.generateAccessToken", "POST", url: url,
      headers: [GCPBody.json, HTTPField("Authorization", bearer)],
      body: GCPBody.bytes(Wish(scope: [Self.scope])), limits: Self.limits)
    let reply = try await send(call)
    guard let token = try? JSONDecoder().decode(Reply.self, from: Data(reply.body)),
      let end = GCPTime.read(token.expireTime)
    else { throw CloudVerdict.unreadable(call) }
    return Issued(
      GCPToken(Secret(token.accessToken), quotaProject: own.value.quotaProject),
      link: link + ", impersonating a service account", expiresAt: end)
  }

  /// What the machine itself may do.
  func metadata(_ base: String) async throws(ActuateError) -> Issued<GCPToken> {
    let call = CloudCall(
      "metadata.token",
      url: base + "/computeMetadata/v1/instance/service-accounts/default/token",
      headers: [Self.flavor], limits: Self.metadataLimits)
    let reply = try await send(call)
    // Not Google's, whatever it says: another machine's proxy, another cloud.
    guard reply.header("Metadata-Flavor") == "Google" else { throw CloudVerdict.unreadable(call) }
    return try issued(reply, of: call, "metadata server", nil)
  }

  private func exchange(
    _ form: [(String, String)], at url: String, _ operation: String, _ link: String,
    _ quotaProject: String?
  ) async throws(ActuateError) -> Issued<GCPToken> {
    let call = CloudCall(
      operation, "POST", url: url,
      headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded")],
      body: GCPBody.form(form), limits: Self.limits)
    return try issued(try await send(call), of: call, link, quotaProject)
  }

  private func issued(
    _ reply: HTTPResponse, of call: CloudCall, _ link: String, _ quotaProject: String?
  ) throws(ActuateError) -> Issued<GCPToken> {
    guard let token = try? JSONDecoder().decode(GCPTokenReply.self, from: Data(reply.body)),
      !token.access_token.isEmpty
    else { throw CloudVerdict.unreadable(call) }
    let life = Duration.seconds(max(0, min(86_400, token.expires_in ?? 3600)))
    return Issued(
      GCPToken(Secret(token.access_token), quotaProject: quotaProject), link: link,
      expiresAt: time.now().advanced(by: life))
  }

  /// Asking for a token changes nothing; whoever asked repeats it.
  private func send(_ call: CloudCall) async throws(ActuateError) -> HTTPResponse {
    let reply: HTTPResponse
    do throws(TransportError) { reply = try await transport.send(call.request) } catch {
      throw CloudVerdict.error(error, mutating: false)
    }
    try CloudVerdict.check(reply, of: call, fault: GCPTokenReply.fault(reply))
    return reply
  }
}

struct GCPTokenReply: Decodable, Sendable {
  var access_token: String
  var expires_in: Int64?

  /// RFC 6749's envelope, or Google's; a refusal of what we are is the credentials' fault.
  static func fault(_ reply: HTTPResponse) -> CloudFault? {
    struct Refusal: Decodable {
      var error: String
      var error_description: String?
    }
    guard !(200...299).contains(reply.status) else { return nil }
    guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(reply.body)) else {
      return GCPFaults.fault(reply)
    }
    return CloudFault(
      kind: (400...403).contains(reply.status) ? .auth : nil, code: refusal.error,
      message: refusal.error_description ?? "")
  }
}

/// A service account's statement about itself, signed with its key (JWT, RS256).
struct GCPAssertion {
  var issuer: String
  var keyID: String?
  var audience: String
  var scope: String
  var at: Timestamp

  init(issuer: String, keyID: String?, audience: String, scope: String, at: Timestamp) {
    self.issuer = issuer
    self.keyID = keyID
    self.audience = audience
    self.scope = scope
    self.at = at
  }

  private struct Header: Encodable {
    var alg = "RS256"
    var typ = "JWT"
    var kid: String?
  }

  private struct Claims: Encodable {
    var iss: String
    var scope: String
    var aud: String
    var iat: Int64
    var exp: Int64
  }

  /// Google takes no longer lifetime than an hour.
  private static let lifetime: Int64 = 3600

  func signed(with pem: String, link: String) throws(ActuateError) -> String {
    let now = at.microseconds / 1_000_000
    let claims = Claims(
      iss: issuer, scope: scope, aud: audience, iat: now, exp: now + Self.lifetime)
    let head = Self.base64(GCPBody.bytes(Header(kid: keyID)))
    let text = head + "." + Self.base64(GCPBody.bytes(claims))
    do {
      let key = try _RSA.Signing.PrivateKey(pemRepresentation: pem)
      let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
      return text + "." + Self.base64(Array(signature.rawRepresentation))
    } catch {
      throw GCPCredentialChain.refusal("\(link): the private key can not be used")
    }
  }

  /// RFC 4648 5, without padding.
  private static func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
