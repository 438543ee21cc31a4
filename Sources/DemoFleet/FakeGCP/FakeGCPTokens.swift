import FleetModel
import Foundation

/// The endpoints that give tokens, and the check of those that are brought: oauth2's for service
/// accounts and people, the security token service's for federation, and impersonation.
struct FakeGCPTokens: Sendable {
  var accepted: Set<String> = []
  var given: [String: Timestamp] = [:]
  var trusted: Set<String> = []
  var lifetime = Duration.seconds(3599)
  private var count = 0

  private static let actions = ["/token": "oauth2.token", "/v1/token": "sts.token"]
  private static let federation = "urn:ietf:params:oauth:grant-type:token-exchange"
  private static let assertion = "urn:ietf:params:oauth:grant-type:jwt-bearer"

  static func action(_ asked: LoopbackServer.Asked) -> String? {
    if let action = actions[asked.path] { return action }
    return asked.path.hasSuffix(":generateAccessToken") ? "iamcredentials.generateAccessToken" : nil
  }

  /// nil when the request is not for a token.
  mutating func answer(
    _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(GCPRefusal) -> GCPJSON? {
    guard let action = Self.action(asked) else { return nil }
    guard asked.method == "POST" else {
      throw GCPRefusal(405, "httpMethodNotAllowed", "Method Not Allowed")
    }
    if action == "iamcredentials.generateAccessToken" {
      try admit(asked, at: now)
      guard GCPJSON(asked.body)?["scope"]?.items.isEmpty == false else {
        throw .invalid("scope is required")
      }
      let end = now.advanced(by: lifetime)
      return ["accessToken": .string(give(at: now)), "expireTime": .string(end.description)]
    }
    let form = Dictionary(
      GCPAsked.query(String(decoding: asked.body, as: UTF8.self)),
      uniquingKeysWith: { first, _ in first })
    try check(form, action, at: now)
    return .filled([
      "access_token": .string(give(at: now)), "token_type": "Bearer",
      "expires_in": .int(Int(lifetime.components.seconds)),
      "issued_token_type": action == "sts.token"
        ? "urn:ietf:params:oauth:token-type:access_token" : nil,
    ])
  }

  private func check(
    _ form: [String: String], _ action: String, at now: Timestamp
  ) throws(GCPRefusal) {
    let denied = GCPRefusal(400, "invalid_grant", "Token has been expired or revoked.")
    switch (action, form["grant_type"]) {
    case ("oauth2.token", "refresh_token"):
      guard let secret = form["refresh_token"], trusted.contains(secret), form["client_id"] != nil,
        form["client_secret"] != nil
      else { throw denied }
    case ("oauth2.token", Self.assertion):
      guard let claims = Self.claims(form["assertion"] ?? ""), claims["iss"]?.text != nil,
        claims["aud"]?.text?.hasSuffix("/token") == true, claims["scope"]?.text != nil,
        case .int(let issued)? = claims["iat"], case .int(let end)? = claims["exp"],
        (issued...issued + 3600).contains(end), Int64(end) > now.microseconds / 1_000_000
      else { throw GCPRefusal(400, "invalid_grant", "Invalid JWT") }
    case ("sts.token", Self.federation):
      guard let secret = form["subject_token"], trusted.contains(secret), form["audience"] != nil,
        form["subject_token_type"] != nil, form["scope"] != nil
      else { throw denied }
    default: throw GCPRefusal(400, "unsupported_grant_type", "Invalid grant_type")
    }
  }

  /// The middle part of a signed token; who signed it is not looked at.
  private static func claims(_ token: String) -> GCPJSON? {
    let parts = token.split(separator: ".")
    guard parts.count == 3 else { return nil }
    var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
    while text.count % 4 != 0 { text += "=" }
    return Data(base64Encoded: text).flatMap { GCPJSON(Array($0)) }
  }

  mutating func give(at now: Timestamp) -> String {
    count += 1
    let token = "ya29.fake-\(count)"
    given[token] = now.advanced(by: lifetime)
    return token
  }

  /// Whether a request brings a token that is valid now.
  func admit(_ asked: LoopbackServer.Asked, at now: Timestamp) throws(GCPRefusal) {
    guard let header = asked.headers["authorization"], header.hasPrefix("Bearer ") else {
      throw GCPRefusal(
        401, "required",
        "Request is missing required authentication credential. Expected OAuth 2 access token.")
    }
    let token = String(header.dropFirst(7))
    guard accepted.contains(token) || given[token].map({ $0 > now }) == true else {
      throw GCPRefusal(
        401, "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access "
          + "token, login cookie or other valid authentication credential.")
    }
  }
}
