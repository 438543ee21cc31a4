import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@testable import Clouds

/// Where a cluster and its credentials are found.
@Suite struct KubeconfigTests {
  /// A folder of files for the time of `body`.
  static func folder(
    _ files: [String: String], _ body: (String) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
    try await body(folder.path)
  }

  static func config(
    user: String, cluster: String = "server: https://c1:6443", context: String = "c"
  ) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: \(context)
    contexts:
    - name: \(context)
      context: {cluster: one, user: me, namespace: models}
    clusters:
    - name: one
      cluster: {\(cluster)}
    users:
    - name: me
      user: {\(user)}
    """
  }

  static func find(
    _ home: String, _ environment: [String: String] = [:], context: String? = nil
  ) throws(ActuateError) -> KubernetesAccess {
    var environment = environment
    environment["PATH"] = "/usr/bin:/bin"
    return try KubernetesAccess.find(
      context: context, environment: environment, home: home,
      serviceAccount: home + "/serviceaccount", time: VirtualTime())
  }

  @Test func `A token in the home's file is found, and its link is named`() async throws {
    try await Self.folder([".kube/config": Self.config(user: "token: abc")]) { home in
      let access = try Self.find(home)
      #expect(access.server == "https://c1:6443" && access.namespace == "models")
      #expect(access.link == "context c in \(home)/.kube/config")
      let issued = try await access.fetch()
      #expect(issued.value == KubernetesCredential(token: Secret("abc")))
      #expect(issued.link.hasSuffix(", token") && !"\(issued)".contains("abc"))
    }
  }

  @Test func `Of several files the first that has a name counts`() async throws {
    let files = [
      "a": Self.config(user: "token: a", context: "x").replacing(
        "current-context: x", with: "current-context: \"\""),
      "b": Self.config(
        user: "token: b", cluster: "server: https://c2:6443/", context: "y"),
    ]
    try await Self.folder(files) { folder in
      let environment = ["KUBECONFIG": "\(folder)/gone:\(folder)/a:\(folder)/b"]
      let access = try Self.find(folder, environment)
      #expect(access.link == "context y in \(folder)/b" && access.server == "https://c1:6443")
      #expect(try await access.fetch().value.token == Secret("a"))
      let other = try Self.find(folder, environment, context: "x")
      #expect(other.link == "context x in \(folder)/a")
      #expect(throws: ActuateError.self) { try Self.find(folder, environment, context: "z") }
    }
  }

  @Test func `Files beside the config and base64 give authorities and certificates`() async throws {
    let data = Data("PEM".utf8).base64EncodedString()
    let user = "client-certificate-data: \(data), client-key: keys/key.pem"
    let cluster = """
      server: https://c1:6443, certificate-authority: ca.pem, tls-server-name: kubernetes
      """
    let files = [
      "config": Self.config(user: user, cluster: cluster), "ca.pem": "CA", "keys/key.pem": "KEY",
    ]
    try await Self.folder(files) { folder in
      let access = try Self.find(folder, ["KUBECONFIG": folder + "/config"])
      #expect(access.tls == HTTPTLS(authorities: "CA", serverName: "kubernetes"))
      let credential = try await access.fetch().value
      #expect(credential.identity == .init(certificate: "PEM", key: Secret("KEY")))
      let call = CloudCall("list nodes", url: access.server)
      #expect(credential.sign(call, access.tls).tls?.identity == credential.identity)
    }
  }

  @Test func `A token file is read each time`() async throws {
    let files = ["config": Self.config(user: "token: old, tokenFile: token"), "token": "one\n"]
    try await Self.folder(files) { folder in
      let access = try Self.find(folder, ["KUBECONFIG": folder + "/config"])
      #expect(try await access.fetch().value.token == Secret("one"))
      try "two".write(toFile: folder + "/token", atomically: true, encoding: .utf8)
      #expect(try await access.fetch().value.token == Secret("two"))
      try FileManager.default.removeItem(atPath: folder + "/token")
      await #expect(throws: ActuateError.self) { _ = try await access.fetch() }
    }
  }

  @Test func `In a pod the service account is used, unless a context is named`() async throws {
    let files = [
      "serviceaccount/token": "pod", "serviceaccount/ca.crt": "CA",
      "serviceaccount/namespace": "ns", ".kube/config": Self.config(user: "token: abc"),
    ]
    try await Self.folder(files) { home in
      let inside = [
        "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443",
      ]
      let access = try Self.find(home, inside)
      #expect(access.server == "https://[fd00::1]:443" && access.namespace == "ns")
      #expect(access.tls == HTTPTLS(authorities: "CA"))
      #expect(try await access.fetch().value.token == Secret("pod"))
      #expect(try Self.find(home, inside, context: "c").server == "https://c1:6443")
      #expect(try Self.find(home).server == "https://c1:6443")
    }
  }

  static let exec = """
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [--a],
      env: [{name: WHO, value: me}], interactiveMode: IfAvailable, provideClusterInfo: true,
      installHint: "get it"}
    """

  static let plugin = """
    #!/bin/sh
    printf '%s' "$KUBERNETES_EXEC_INFO" | grep -q '"cluster":{"server":"https://c1:6443"}' || exit 3
    printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
    printf '"status":{"token":"%s%s","expirationTimestamp":"2026-11-21T10:00:00Z"}}' "$WHO" "$1"
    """

  @Test(.timeLimit(.minutes(1)))
  func `A plugin's token and its end are taken`() async throws {
    try await Self.folder(["config": Self.config(user: Self.exec), "plugin": Self.plugin]) {
      folder in
      let access = try Self.find(folder, ["KUBECONFIG": folder + "/config"])
      let issued = try await access.fetch()
      #expect(issued.value.token == Secret("me--a"))
      #expect(issued.expiresAt == Timestamp(rfc3339: "2026-11-21T10:00:00Z"))
      #expect(issued.link.hasSuffix(", exec ./plugin"))
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "exit 1", "echo nonsense", "echo '{}'",
      #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'"#,
      #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'"#,
      #"echo '{"apiVersion":"other/v1","kind":"ExecCredential","status":{"token":"a"}}'"#,
    ])
  func `A plugin that gives nothing is an error`(body: String) async throws {
    let files = ["config": Self.config(user: Self.exec), "plugin": "#!/bin/sh\n" + body]
    try await Self.folder(files) { folder in
      let access = try Self.find(folder, ["KUBECONFIG": folder + "/config"])
      await #expect(throws: ActuateError.self) { _ = try await access.fetch() }
    }
  }

  @Test(arguments: [
    "username: a, password: b", "auth-provider: {name: gcp}", "as: admin",
    "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}",
    "exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always}",
  ])
  func `What is not offered is refused when it is found`(user: String) async throws {
    try await Self.folder([".kube/config": Self.config(user: user)]) { home in
      #expect(throws: ActuateError.self) { try Self.find(home) }
    }
  }

  @Test(arguments: [
    "server: https://c1:6443, proxy-url: 'http://p:1'", "server: 'ftp://c1'", "",
    "server: https://c1:6443, certificate-authority: gone.pem",
    "server: https://c1:6443, certificate-authority-data: '*'",
  ])
  func `A cluster that can not be reached so is refused`(cluster: String) async throws {
    let config = Self.config(user: "token: a", cluster: cluster)
    try await Self.folder([".kube/config": config]) { home in
      #expect(throws: ActuateError.self) { try Self.find(home) }
    }
  }

  @Test(arguments: ["", "[", "contexts: 7", "a: b"])
  func `What is no kubeconfig is an error that names the file`(text: String) async throws {
    try await Self.folder([".kube/config": text]) { home in
      do throws(ActuateError) {
        _ = try Self.find(home)
        Issue.record("found")
      } catch {
        #expect("\(error)".contains(".kube/config"))
      }
    }
  }
}
