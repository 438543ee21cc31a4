import FleetModel
import Foundation
import Ports

extension AWSCredentialChain {
  /// Takes on a role by a token in a file, which is read anew: it rotates.
  func assume(
    _ role: AWSRole, webIdentityFile file: String, region: String?, link: String
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    guard let content = FileManager.default.contents(atPath: file) else {
      throw Self.refusal("the web identity token \(file) can not be read")
    }
    let token = String(decoding: content, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return try await ask(.assumeRole(role, webIdentity: token), region, nil, link: link)
  }

  /// Takes on a role by other credentials.
  func assume(
    _ role: AWSRole, by source: AWSCredentials, region: String?, link: String
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    try await ask(.assumeRole(role), region, source, link: link)
  }

  private func ask(
    _ call: AWSCall, _ region: String?, _ source: AWSCredentials?, link: String
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    let place = Region(
      region ?? value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? self.region ?? "us-east-1")
    let own = endpoint ?? value("AWS_ENDPOINT_URL_STS") ?? value("AWS_ENDPOINT_URL")
    let request = AWSService.sts.call(
      call, to: AWSService.sts.url(in: place, endpoint: own))
    let reply: HTTPResponse
    do throws(TransportError) {
      reply = try await transport.send(
        source.map { AWSService.sts.signed(request, in: place, by: $0) } ?? request.request)
    } catch {
      throw CloudVerdict.error(error, mutating: false)
    }
    try CloudVerdict.check(reply, of: request, fault: AWSVerdict.fault(of: reply) { _, _ in nil })
    let answer = AWSDocument.xml(AssumedRoleReply.self, from: reply.body)
    guard let issued = answer?.issued(link: link) else { throw CloudVerdict.unreadable(request) }
    return issued
  }
}
