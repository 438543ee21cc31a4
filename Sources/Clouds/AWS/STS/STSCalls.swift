import FleetModel
import Planner
import Ports

/// Who a set of credentials is.
public struct AWSIdentity: Sendable, Hashable {
  /// Twelve digits.
  public var account: String
  /// "arn:aws:sts::111122223333:assumed-role/finops/session".
  public var arn: String
}

extension AWSCall {
  static let callerIdentity = AWSCall("GetCallerIdentity")

  static func assumeRole(_ role: AWSRole) -> AWSCall {
    var form = role.parameters
    if let id = role.externalID { form.append(AWSParameter("ExternalId", id)) }
    return AWSCall("AssumeRole", form: form)
  }

  /// Not signed: the token proves who asks.
  static func assumeRole(_ role: AWSRole, webIdentity token: String) -> AWSCall {
    AWSCall(
      "AssumeRoleWithWebIdentity",
      form: role.parameters + [AWSParameter("WebIdentityToken", token)])
  }
}

/// A role to take on.
struct AWSRole: Sendable, Hashable {
  var arn: String
  /// 2 to 64 characters; stands in the account's audit log.
  var session: String
  var externalID: String?
  /// 900 to 43,200; nil: as long as STS gives by itself, an hour.
  var seconds: Int?

  init(_ arn: String, session: String?, externalID: String? = nil, seconds: Int? = nil) {
    self.arn = arn
    self.session = session ?? "finops"
    self.externalID = externalID
    self.seconds = seconds
  }

  fileprivate var parameters: [AWSParameter] {
    let form = [AWSParameter("RoleArn", arn), AWSParameter("RoleSessionName", session)]
    return form + (seconds.map { [AWSParameter("DurationSeconds", String($0))] } ?? [])
  }
}

struct CallerIdentityReply: Decodable, Sendable {
  var result: Result

  struct Result: Decodable, Sendable {
    var account: String
    var arn: String

    enum CodingKeys: String, CodingKey {
      case account = "Account"
      case arn = "Arn"
    }
  }

  enum CodingKeys: String, CodingKey { case result = "GetCallerIdentityResult" }

  var identity: AWSIdentity { AWSIdentity(account: result.account, arn: result.arn) }
}

/// Both ways to take on a role answer alike.
struct AssumedRoleReply: Decodable, Sendable {
  var assumed: Result?
  var byToken: Result?

  struct Result: Decodable, Sendable {
    var credentials: Credentials
    enum CodingKeys: String, CodingKey { case credentials = "Credentials" }
  }

  struct Credentials: Decodable, Sendable {
    var id: String
    var secret: String
    var token: String
    var end: String

    enum CodingKeys: String, CodingKey {
      case id = "AccessKeyId"
      case secret = "SecretAccessKey"
      case token = "SessionToken"
      case end = "Expiration"
    }
  }

  enum CodingKeys: String, CodingKey {
    case assumed = "AssumeRoleResult"
    case byToken = "AssumeRoleWithWebIdentityResult"
  }

  /// nil when the answer holds no credentials, or ones whose end can not be read.
  func issued(link: String) -> Issued<AWSCredentials>? {
    guard let given = (assumed ?? byToken)?.credentials, !given.id.isEmpty, !given.secret.isEmpty,
      let end = Timestamp(rfc3339: given.end)
    else { return nil }
    let credentials = AWSCredentials(
      accessKeyID: given.id, secretAccessKey: Secret(given.secret),
      sessionToken: Secret(given.token))
    return Issued(credentials, link: link, expiresAt: end)
  }
}
