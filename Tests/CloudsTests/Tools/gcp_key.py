"""Makes a service account's key file, and judges what was signed with it, as google-auth does."""

import datetime
import json
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt

what, folder, audience = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]

if what == "make":
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=3650)).sign(key, hashes.SHA256()))
    (folder / "certificate.pem").write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.json").write_text(json.dumps({
        "type": "service_account", "project_id": "demo-project", "private_key_id": "key-1",
        "private_key": pem.decode(), "client_email": "finops@demo-project.iam.example.com",
        "client_id": "1", "token_uri": audience}))
    sys.exit()

from google.auth import jwt  # noqa: E402

token, now = sys.argv[4], int(sys.argv[5])
header, claims, signed, signature = jwt._unverified_decode(token)
verifier = crypt.RSAVerifier.from_string((folder / "certificate.pem").read_bytes())
if not verifier.verify(signed, signature):
    print("the signature is wrong")
expected = {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
if header != expected:
    print(f"the header is {header}")
expected = {
    "iss": "finops@demo-project.iam.example.com", "aud": audience, "iat": now, "exp": now + 3600,
    "scope": "https://www.googleapis.com/auth/cloud-platform"}
if claims != expected:
    print(f"the claims are {claims}")
