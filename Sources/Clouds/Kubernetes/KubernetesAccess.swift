public import Foundation
import FleetModel
import Planner
public import Ports

/// Where a cluster's API server is, whom to trust there, and who asks.
public struct KubernetesAccess: Sendable {
  /// "https://10.0.0.1:6443", without a slash at the end.
  public let server: String
  /// Which link of the chain it came from, for `finops doctor`: "context prod in ~/.kube/config".
  public let link: String
  /// The namespace the context names, or "default".
  public let namespace: String
  let tls: HTTPTLS?
  let fetch: CredentialCache<KubernetesCredential>.Fetch

  init(
    server: String, link: String, namespace: String, tls: HTTPTLS?,
    fetch: @escaping CredentialCache<KubernetesCredential>.Fetch
  ) {
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.link = link
    self.namespace = namespace
    // A plain http server has no certificate to look at.
    self.tls = server.lowercased().hasPrefix("https:") ? tls : nil
    self.fetch = fetch
  }

  /// A server and a bearer token as they are; for the demo's own cluster and for tests.
  ///
  /// - Parameter token: asked anew every minute, and when it is refused; nil from it: nobody.
  public init(
    server: String, authorities: String? = nil,
    token: @escaping @Sendable () async throws(ActuateError) -> Secret? = { nil }
  ) {
    self.init(
      server: server, link: "configured", namespace: "default",
      tls: HTTPTLS(authorities: authorities)
    ) { () throws(ActuateError) in
      Issued(KubernetesCredential(token: try await token()), link: "configured")
    }
  }

  /// Finds a cluster where Kubernetes' own tools look: in the pod we run in, else in the files of
  /// KUBECONFIG, else in ~/.kube/config (ECOSYSTEM 7).
  ///
  /// - Parameters:
  ///   - context: a context the configuration names; it is then looked for in the files alone.
  ///   - serviceAccount: the folder a pod finds its token in.
  /// - Throws: `.refused` of kind auth, saying where was looked and what is not offered: basic
  ///   auth, auth providers, proxies, impersonation.
  public static func find(
    context: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    home: String = NSHomeDirectory(),
    serviceAccount: String = "/var/run/secrets/kubernetes.io/serviceaccount",
    time: any TimeSource
  ) throws(ActuateError) -> KubernetesAccess {
    if context == nil, let inside = try inCluster(environment, serviceAccount) { return inside }
    let named = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
    let paths = named.isEmpty ? [home + "/.kube/config"] : named
    let config = try Kubeconfig(files: paths)
    return try config.access(context: context, environment: environment, time: time)
  }

  private static func inCluster(
    _ environment: [String: String], _ folder: String
  ) throws(ActuateError) -> KubernetesAccess? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty,
      let authorities = KubeFile.text(folder + "/ca.crt"),
      FileManager.default.isReadableFile(atPath: folder + "/token")
    else { return nil }
    let link = "service account in \(folder)"
    return KubernetesAccess(
      server: "https://" + (host.contains(":") ? "[\(host)]" : host) + ":\(port)", link: link,
      namespace: KubeFile.line(folder + "/namespace") ?? "default",
      tls: HTTPTLS(authorities: authorities)
    ) { () throws(ActuateError) in
      // The kubelet writes a new token long before the old one ends: the file is read each time.
      Issued(KubernetesCredential(token: try KubeFile.token(folder + "/token")), link: link)
    }
  }

  /// Who is asking now, and by which link; for `finops doctor`. Never the secret itself.
  public func credentialLink() async throws(ActuateError) -> String { try await fetch().link }

  static func refusal(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}

/// Small files of credentials.
enum KubeFile {
  /// Of a kubeconfig with many clusters' certificates in it.
  private static let largest = 8 << 20

  static func text(_ path: String) -> String? {
    guard let content = FileManager.default.contents(atPath: path), content.count <= largest,
      let text = String(data: content, encoding: .utf8)
    else { return nil }
    return text
  }

  /// Without blanks around it; nil when there is nothing else.
  static func line(_ path: String) -> String? {
    let line = text(path)?.trimmingCharacters(in: .whitespacesAndNewlines)
    return line.flatMap { $0.isEmpty ? nil : $0 }
  }

  static func token(_ path: String) throws(ActuateError) -> Secret {
    guard let token = line(path) else {
      throw KubernetesAccess.refusal("no token can be read from \(path)")
    }
    return Secret(token)
  }
}
