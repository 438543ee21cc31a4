import FleetModel
import Foundation
import Ports

/// Who a kubeconfig says we are: each time anew, so that rotated files and tokens are found.
struct KubeconfigUser: Sendable {
  private enum Source: Sendable {
    case fixed(token: Secret?, tokenFile: String?)
    case exec(ExecPlugin)
  }

  private let source: Source
  private let certificate: @Sendable () throws(ActuateError) -> HTTPTLS.Identity?
  private let link: String
  private let server: String
  private let environment: [String: String]
  private let folder: String?

  init(
    _ user: Kubeconfig.User, link: String, server: String, environment: [String: String],
    time: any TimeSource
  ) throws(ActuateError) {
    self.link = link
    self.server = server
    self.environment = environment
    folder = user.folder
    if !(user.username ?? "").isEmpty || !(user.password ?? "").isEmpty {
      throw KubernetesAccess.refusal(
        "\(link): user names and passwords are not offered; Kubernetes took them out in 1.19")
    }
    if let provider = user.provider {
      throw KubernetesAccess.refusal(
        "\(link): the auth provider \(provider.name ?? "") is not offered; use its exec plugin")
    }
    guard (user.impersonated ?? "").isEmpty else {
      throw KubernetesAccess.refusal("\(link): to act as somebody else is not offered")
    }
    let isSaid = !(user.token ?? "").isEmpty || !(user.tokenFile ?? "").isEmpty
    if let exec = user.exec, !isSaid {
      try exec.check(link)
      source = .exec(exec)
    } else {
      let file = user.tokenFile.flatMap { $0.isEmpty ? nil : $0 }
      source = .fixed(
        token: user.token.flatMap { $0.isEmpty ? nil : Secret($0) },
        tokenFile: file.map { KubeconfigText.absolute($0, user.folder) })
    }
    certificate = { () throws(ActuateError) in try Self.identity(user, link) }
  }

  private static func identity(
    _ user: Kubeconfig.User, _ link: String
  ) throws(ActuateError) -> HTTPTLS.Identity? {
    let certificate = try KubeconfigText.pem(
      data: user.certificateData, file: user.certificate, folder: user.folder,
      "client-certificate", link)
    let key = try KubeconfigText.pem(
      data: user.keyData, file: user.key, folder: user.folder, "client-key", link)
    switch (certificate, key) {
    case (nil, nil): return nil
    case (let certificate?, let key?):
      return HTTPTLS.Identity(certificate: certificate, key: Secret(key))
    default:
      throw KubernetesAccess.refusal("\(link): a client certificate needs its key, and a key it")
    }
  }

  func credential() async throws(ActuateError) -> Issued<KubernetesCredential> {
    let identity = try certificate()
    switch source {
    case .fixed(let token, let file):
      // A file goes before a token that stands beside it, as in client-go.
      let secret = if let file { try KubeFile.token(file) } else { token }
      let way = file.map { "token in \($0)" } ?? (token == nil ? nil : "token")
      let words = [way, identity == nil ? nil : "client certificate"].compactMap(\.self)
      return Issued(
        KubernetesCredential(token: secret, identity: identity),
        link: "\(link), " + (words.isEmpty ? "nobody" : words.joined(separator: " and ")))
    case .exec(let plugin):
      var issued = try await plugin.credential(
        link: link, server: server, environment: environment, folder: folder)
      if issued.value.identity == nil { issued.value.identity = identity }
      return issued
    }
  }
}
