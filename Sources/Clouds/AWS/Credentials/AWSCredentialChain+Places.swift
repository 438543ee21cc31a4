import FleetModel
import Foundation
import Ports

/// Credentials of the place the process runs at.
extension AWSCredentialChain {
  /// A container of ECS, or a pod of EKS (Pod Identity); nil when the process is in neither.
  func fromContainer() async throws(ActuateError) -> Issued<AWSCredentials>? {
    let url: String
    if let path = value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      url = "http://169.254.170.2" + path
    } else if let full = value("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      url = full
    } else {
      return nil
    }
    guard Self.mayHoldCredentials(url) else {
      throw Self.refusal(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor the container's own host: \(url)")
    }
    var headers: [HTTPField] = []
    if let token = try containerToken() { headers.append(HTTPField("Authorization", token)) }
    let reply = try await look("container", url, headers: headers)
    guard reply.status == 200, let keys = IssuedKeys.read(reply.body) else {
      throw Self.refusal("the container's endpoint answered with status \(reply.status)")
    }
    return try keys.issued(link: "container")
  }

  /// The file rotates and goes before the variable.
  private func containerToken() throws(ActuateError) -> String? {
    let token: String?
    if let file = value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      guard let content = FileManager.default.contents(atPath: file) else {
        throw Self.refusal("the container's token \(file) can not be read")
      }
      token = String(decoding: content, as: UTF8.self)
    } else {
      token = value("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    }
    guard let token else { return nil }
    let trimmed = token.trimmingCharacters(in: .whitespacesAndNewlines)
    guard trimmed.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7F }) else {
      throw Self.refusal("the container's token has a character that no header may have")
    }
    return trimmed
  }

  /// Any host by https; by http only this machine and the link-local hosts of ECS and EKS.
  static func mayHoldCredentials(_ url: String) -> Bool {
    guard let parts = URL(string: url), let host = parts.host() else { return false }
    guard parts.scheme == "http" else { return parts.scheme == "https" }
    let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
    let known: Set = ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
    if known.contains(bare) { return true }
    let numbers = bare.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
  }

  enum Found {
    case issued(Issued<AWSCredentials>)
    case nothing(String)
  }

  /// The role of the EC2 instance, asked as IMDSv2 wants it. Nothing is there on other machines.
  func fromInstance() async throws(ActuateError) -> Found {
    guard value("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
      return .nothing("switched off by AWS_EC2_METADATA_DISABLED")
    }
    let own = value("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
    let base = own.hasSuffix("/") ? String(own.dropLast()) : own
    let token: String
    do throws(ActuateError) {
      let reply = try await look(
        "instance metadata", base + "/latest/api/token", "PUT",
        headers: [HTTPField("X-aws-ec2-metadata-token-ttl-seconds", "21600")])
      guard reply.status == 200 else { return .nothing("status \(reply.status)") }
      token = String(decoding: reply.body, as: UTF8.self)
    } catch {
      return .nothing("\(error)")
    }
    let headers = [HTTPField("X-aws-ec2-metadata-token", token)]
    let path = base + "/latest/meta-data/iam/security-credentials/"
    let roles = try await look("instance metadata", path, headers: headers)
    let role = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first
    guard roles.status == 200, let role else { return .nothing("the instance has no role") }
    let reply = try await look("instance metadata", path + role, headers: headers)
    guard reply.status == 200, let keys = IssuedKeys.read(reply.body) else {
      throw Self.refusal("the instance's metadata answered with status \(reply.status)")
    }
    return .issued(try keys.issued(link: "instance metadata, role \(role)"))
  }

  /// Both places are on this machine: what is not there within a second is not there at all.
  private func look(
    _ place: String, _ url: String, _ method: String = "GET", headers: [HTTPField]
  ) async throws(ActuateError) -> HTTPResponse {
    let limits = HTTPLimits(total: .seconds(2), connect: .seconds(1), decodedBytes: 1 << 20)
    do throws(TransportError) {
      return try await transport.send(
        HTTPRequest(method: method, url: url, headers: headers, limits: limits))
    } catch {
      throw CloudVerdict.error(error, mutating: false)
    }
  }
}
