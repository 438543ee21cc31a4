import FleetModel
import Ports
import Synchronization

extension FakeRegion {
  /// Keys of long standing end in the year 10000 and some.
  static let never = Timestamp(seconds: 253_402_300_800)
  static let account = "111122223333"

  /// Why whoever signed may not ask; nil when he may. `service` is nil for a JSON service.
  func refusal(of key: String?, for service: FakeQuery?, at now: Timestamp) -> Refusal? {
    guard let keys else { return nil }
    guard let key else {
      return Refusal(
        code: service == nil ? "MissingAuthenticationTokenException" : "MissingAuthenticationToken",
        message: "Request is missing Authentication Token", status: 403)
    }
    guard let end = keys[key] else {
      return service == .ec2
        ? Refusal(
          code: "AuthFailure",
          message: "AWS was not able to validate the provided access credentials", status: 401)
        : Refusal(
          code: service == nil ? "UnrecognizedClientException" : "InvalidClientTokenId",
          message: "The security token included in the request is invalid.", status: 403)
    }
    guard end <= now else { return nil }
    if service == .ec2 { return Refusal(code: "RequestExpired", message: "Request has expired.") }
    return Refusal(
      code: service == nil ? "ExpiredTokenException" : "ExpiredToken",
      message: "The security token included in the request is expired",
      status: service == nil ? 400 : 403)
  }

  mutating func answerSTS(
    _ action: String, _ form: inout FakeForm, by key: String?, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    switch action {
    case "GetCallerIdentity":
      try leaveNothing(form)
      return [
        FakeXML("Arn", "arn:aws:iam::\(Self.account):user/finops"),
        FakeXML("UserId", key ?? "AIDAEXAMPLE"), FakeXML("Account", Self.account),
      ]
    case "AssumeRole":
      for name in ["ExternalId"] { _ = form.take(name) }
      return try assume(&form, at: now)
    case "AssumeRoleWithWebIdentity":
      guard let token = form.take("WebIdentityToken"), token.utf8.count >= 4 else {
        throw Self.invalid("WebIdentityToken must have length greater than or equal to 4")
      }
      guard token != "expired" else {
        throw Refusal(code: "ExpiredTokenException", message: "Token expired")
      }
      return try assume(&form, at: now)
    default: throw Self.noSuch(action)
    }
  }

  private mutating func assume(
    _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let role = form.take("RoleArn") ?? ""
    let session = form.take("RoleSessionName") ?? ""
    let seconds = Int64(form.take("DurationSeconds") ?? "3600") ?? 0
    guard role.hasPrefix("arn:aws:iam::"), role.utf8.count >= 20 else {
      throw Self.invalid("\(role) is invalid")
    }
    guard (2...64).contains(session.utf8.count), (900...43_200).contains(seconds) else {
      throw Self.invalid("RoleSessionName or DurationSeconds is out of its bounds")
    }
    try leaveNothing(form)
    made += 1
    let key = "ASIAFAKE" + String(made, radix: 16).uppercased()
    let end = now.advanced(by: .seconds(seconds))
    if keys != nil { keys?[key] = end }
    let name = role.split(separator: "/").last ?? ""
    return [
      FakeXML(
        "Credentials",
        [
          FakeXML("AccessKeyId", key), FakeXML("SecretAccessKey", "secret-of-\(key)"),
          FakeXML("SessionToken", "token-of-\(key)"), FakeXML("Expiration", "\(end)"),
        ]),
      FakeXML(
        "AssumedRoleUser",
        [
          FakeXML("AssumedRoleId", "AROAEXAMPLE:\(session)"),
          FakeXML("Arn", "arn:aws:sts::\(Self.account):assumed-role/\(name)/\(session)"),
        ]),
    ]
  }

  static func invalid(_ message: String) -> Refusal {
    Refusal(code: "ValidationError", message: message)
  }

  /// The Query services name the first parameter they do not know.
  func leaveNothing(_ form: FakeForm) throws(Refusal) {
    if let name = form.unknown { throw Self.invalid("unknown parameter \(name)") }
  }
}

extension FakeEC2 {
  /// From now on only these access keys, and those STS gives out, may ask.
  public func require(keys: Set<String>) {
    state.withLock { state in
      state.region.keys = Dictionary(
        uniqueKeysWithValues: keys.map { ($0, FakeRegion.never) })
    }
  }

  /// Ends a key's life now.
  public func expire(key: String) {
    let now = time.now()
    state.withLock { $0.region.keys?[key] = now }
  }
}
