import FleetModel
import Foundation
import Planner
import Ports

/// A program that gives out credentials (client.authentication.k8s.io): EKS, GKE and AKS use one.
struct ExecPlugin: Decodable, Sendable {
  var apiVersion: String
  var command: String
  var args: [String]?
  var env: [Variable]?
  var installHint: String?
  var interactiveMode: String?
  var provideClusterInfo: Bool?

  struct Variable: Decodable, Sendable {
    var name: String
    var value: String
  }

  private static let versions = [
    "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1",
  ]

  /// What can never work, said before it is tried.
  func check(_ link: String) throws(ActuateError) {
    guard Self.versions.contains(apiVersion) else {
      throw KubernetesAccess.refusal("\(link): exec of \(apiVersion) is not offered")
    }
    guard !command.isEmpty else { throw KubernetesAccess.refusal("\(link): exec has no command") }
    guard interactiveMode != "Always" else {
      throw KubernetesAccess.refusal("\(link): \(command) wants to ask a person")
    }
  }

  func credential(
    link: String, server: String, environment: [String: String], folder: String?
  ) async throws(ActuateError) -> Issued<KubernetesCredential> {
    var variables = environment
    for variable in env ?? [] { variables[variable.name] = variable.value }
    variables["KUBERNETES_EXEC_INFO"] = request(server)
    let program = command.contains("/") ? KubeconfigText.absolute(command, folder) : command
    let output: [UInt8]
    do throws(ActuateError) {
      output = try await CredentialProgram.output(
        of: program, args ?? [], environment: variables)
    } catch {
      guard case .refused(var failure) = error, let installHint else { throw error }
      failure.message += "; " + installHint.split { $0.isNewline }.joined(separator: " ")
      throw .refused(failure)
    }
    guard let said = KubeDocument.decode(Answer.self, from: output), said.kind == "ExecCredential",
      said.apiVersion == apiVersion, let status = said.status
    else {
      throw KubernetesAccess.refusal("\(link): \(command) printed no ExecCredential")
    }
    return try status.issued(link: "\(link), exec \(command)")
  }

  /// What the program is told. The cluster's certificate is left out: only its address is of use.
  private func request(_ server: String) -> String {
    var spec: [String: Any] = ["interactive": false]
    if provideClusterInfo == true { spec["cluster"] = ["server": server] }
    let document: [String: Any] = [
      "apiVersion": apiVersion, "kind": "ExecCredential", "spec": spec,
    ]
    let data = try? JSONSerialization.data(
      withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  struct Answer: Decodable {
    var apiVersion: String
    var kind: String
    var status: Status?
  }

  struct Status: Decodable {
    var expirationTimestamp: String?
    var token: String?
    var clientCertificateData: String?
    var clientKeyData: String?

    fileprivate func issued(
      link: String
    ) throws(ActuateError) -> Issued<KubernetesCredential> {
      var credential = KubernetesCredential()
      if let token, !token.isEmpty { credential.token = Secret(token) }
      if let clientCertificateData, let clientKeyData {
        credential.identity = HTTPTLS.Identity(
          certificate: clientCertificateData, key: Secret(clientKeyData))
      }
      guard credential != KubernetesCredential() else {
        throw KubernetesAccess.refusal("\(link): neither a token nor a certificate with its key")
      }
      return Issued(
        credential, link: link,
        expiresAt: expirationTimestamp.flatMap { Timestamp(rfc3339: $0) })
    }
  }
}
