import FleetModel
import Foundation
import Ports
import Yams

/// The files of KUBECONFIG as one: of a name that several have, the first counts, as in kubectl.
struct Kubeconfig {
  private(set) var currentContext: (name: String, path: String)?
  private(set) var contexts: [String: (context: Context, path: String)] = [:]
  private(set) var clusters: [String: Cluster] = [:]
  private(set) var users: [String: User] = [:]
  let paths: [String]

  struct Context: Decodable {
    var cluster: String?
    var user: String?
    var namespace: String?
  }

  struct Cluster: Decodable {
    var server: String?
    var authorityData: String?
    var authority: String?
    var serverName: String?
    var skipsVerification: Bool?
    var proxy: String?
    /// Relative paths count from the file they stand in.
    var folder: String? = nil

    enum CodingKeys: String, CodingKey {
      case server
      case authorityData = "certificate-authority-data"
      case authority = "certificate-authority"
      case serverName = "tls-server-name"
      case skipsVerification = "insecure-skip-tls-verify"
      case proxy = "proxy-url"
    }
  }

  struct User: Decodable {
    var certificateData: String?
    var certificate: String?
    var keyData: String?
    var key: String?
    var token: String?
    var tokenFile: String?
    var username: String?
    var password: String?
    var impersonated: String?
    var provider: Provider?
    var exec: ExecPlugin?
    var folder: String? = nil

    struct Provider: Decodable { var name: String? }

    enum CodingKeys: String, CodingKey {
      case certificateData = "client-certificate-data"
      case certificate = "client-certificate"
      case keyData = "client-key-data"
      case key = "client-key"
      case token, tokenFile, username, password, exec
      case impersonated = "as"
      case provider = "auth-provider"
    }
  }

  private struct File: Decodable {
    var currentContext: String?
    var contexts: [NamedContext]?
    var clusters: [NamedCluster]?
    var users: [NamedUser]?

    enum CodingKeys: String, CodingKey {
      case currentContext = "current-context"
      case contexts, clusters, users
    }
  }

  private struct NamedContext: Decodable {
    var name: String
    var context: Context
  }
  private struct NamedCluster: Decodable {
    var name: String
    var cluster: Cluster
  }
  private struct NamedUser: Decodable {
    var name: String
    var user: User?
  }

  /// Files that are not there are left out, as kubectl does; one that can not be read as YAML is an
  /// error.
  init(files paths: [String]) throws(ActuateError) {
    self.paths = paths
    var found = false
    for path in paths {
      guard let text = KubeFile.text(path) else { continue }
      found = true
      let file: File
      do { file = try YAMLDecoder().decode(File.self, from: text) } catch {
        throw KubernetesAccess.refusal("\(path) is no kubeconfig")
      }
      take(file, path)
    }
    guard found else {
      throw KubernetesAccess.refusal(
        "no cluster; looked for a service account in this pod and at \(paths.joined(separator: ", "))"
      )
    }
  }

  private mutating func take(_ file: File, _ path: String) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    if currentContext == nil, let name = file.currentContext, !name.isEmpty {
      currentContext = (name, path)
    }
    for entry in file.contexts ?? [] where contexts[entry.name] == nil {
      contexts[entry.name] = (entry.context, path)
    }
    for entry in file.clusters ?? [] where clusters[entry.name] == nil {
      clusters[entry.name] = entry.cluster
      clusters[entry.name]?.folder = folder
    }
    for entry in file.users ?? [] where users[entry.name] == nil {
      users[entry.name] = entry.user
      users[entry.name]?.folder = folder
    }
  }

  func access(
    context wanted: String?, environment: [String: String], time: any TimeSource
  ) throws(ActuateError) -> KubernetesAccess {
    guard let name = wanted ?? currentContext?.name else {
      throw KubernetesAccess.refusal("no current-context in \(paths.joined(separator: ", "))")
    }
    guard let (context, path) = contexts[name] else {
      throw KubernetesAccess.refusal("no context “\(name)” in \(paths.joined(separator: ", "))")
    }
    guard let cluster = context.cluster.flatMap({ clusters[$0] }), let server = cluster.server,
      server.hasPrefix("https://") || server.hasPrefix("http://")
    else { throw KubernetesAccess.refusal("context “\(name)” in \(path) names no cluster") }
    let link = "context \(name) in \(path)"
    let user = context.user.flatMap { users[$0] } ?? User()
    let source = try KubeconfigUser(
      user, link: link, server: server, environment: environment, time: time)
    return KubernetesAccess(
      server: server, link: link, namespace: context.namespace ?? "default",
      tls: try cluster.tls(link)
    ) { () throws(ActuateError) in try await source.credential() }
  }
}

extension Kubeconfig.Cluster {
  fileprivate func tls(_ link: String) throws(ActuateError) -> HTTPTLS {
    guard (proxy ?? "").isEmpty else {
      throw KubernetesAccess.refusal("\(link): proxy-url is not offered")
    }
    let authorities = try KubeconfigText.pem(
      data: authorityData, file: authority, folder: folder, "certificate-authority", link)
    let name = serverName.flatMap { $0.isEmpty ? nil : $0 }
    return HTTPTLS(
      authorities: authorities, serverName: name, verifies: skipsVerification != true)
  }
}

/// Texts that stand in a kubeconfig as base64 or as the name of a file.
enum KubeconfigText {
  /// nil when neither is there; the data goes first.
  static func pem(
    data: String?, file: String?, folder: String?, _ field: String, _ link: String
  ) throws(ActuateError) -> String? {
    if let data, !data.isEmpty {
      guard let bytes = Data(base64Encoded: data, options: .ignoreUnknownCharacters),
        let text = String(data: bytes, encoding: .utf8)
      else { throw KubernetesAccess.refusal("\(link): \(field)-data is no base64 of a PEM") }
      return text
    }
    guard let file, !file.isEmpty else { return nil }
    let path = absolute(file, folder)
    guard let text = KubeFile.text(path) else {
      throw KubernetesAccess.refusal("\(link): \(path) can not be read")
    }
    return text
  }

  static func absolute(_ path: String, _ folder: String?) -> String {
    path.hasPrefix("/") ? path : (folder ?? ".") + "/" + path
  }
}
