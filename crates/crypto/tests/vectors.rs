//! The examples of the standards, as they are printed there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use jq_crypto::{Algorithm, CryptoError, NONCE, Suite};
use sm4::Sm4;
use sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use support::{hex, secret, to_hex};

#[test]
fn sm3_agrees_with_gb_t_32905() {
    let check = |message: &[u8], digest: &str| assert_eq!(to_hex(&Suite::National.digest(message)), digest);
    check(b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    check(&b"abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

#[test]
fn sha_256_agrees_with_fips_180() {
    let check =
        |message: &[u8], digest: &str| assert_eq!(to_hex(&Suite::International.digest(message)), digest);
    check(b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    check(long, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

#[test]
fn sm4_agrees_with_gb_t_32907_once_and_a_million_times() {
    let key = hex("0123456789abcdeffedcba9876543210");
    let cipher = Sm4::new_from_slice(&key).unwrap();
    let mut block: [u8; 16] = key.try_into().unwrap();
    cipher.encrypt_block((&mut block).into());
    assert_eq!(to_hex(&block), "681edf34d206965e86b3e94f536e4246");
    for _ in 1..1_000_000 {
        cipher.encrypt_block((&mut block).into());
    }
    assert_eq!(to_hex(&block), "595298c7c6fd271f0402f804c33d3f66");
    let mut back: [u8; 16] = hex("681edf34d206965e86b3e94f536e4246").try_into().unwrap();
    cipher.decrypt_block((&mut back).into());
    assert_eq!(to_hex(&back), "0123456789abcdeffedcba9876543210");
}

/// Seals to exactly this body, and opens it again.
fn check_sealing(algorithm: Algorithm, key: &str, nonce: &str, bound: &str, value: &str, body: &str) {
    let seals = algorithm.seals().unwrap();
    let (key, nonce): (_, [u8; NONCE]) = (secret(key), hex(nonce).try_into().unwrap());
    let (bound, value, body) = (hex(bound), hex(value), hex(body));
    assert_eq!(to_hex(&seals.seal(&key, &nonce, &bound, &value).unwrap()), to_hex(&body));
    assert_eq!(seals.open(&key, &nonce, &bound, &body).unwrap().bytes(), value);
}

#[test]
fn sm4_gcm_agrees_with_rfc_8998() {
    check_sealing(
        Algorithm::Sm4Gcm,
        "0123456789ABCDEFFEDCBA9876543210",
        "00001234567800000000ABCD",
        "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
         EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
         D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D
         83DE3541E4C2B58177E065A9BF7B62EC",
    );
}

/// Test cases 13 to 16 of the mode's first paper, which NIST took over.
#[test]
fn aes_256_gcm_agrees_with_nist() {
    let (zero, aes) = ("00".repeat(32), Algorithm::Aes256Gcm);
    check_sealing(aes, &zero, &"00".repeat(12), "", "", "530f8afbc74536b9a963b4f1c4cb738b");
    check_sealing(
        aes,
        &zero,
        &"00".repeat(12),
        "",
        &"00".repeat(16),
        "cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919",
    );
    let key = "feffe9928665731c6d6a8f9467308308".repeat(2);
    let value = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                 1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    let body = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
                76fc6ece0f4e1768cddf8853bb2d551b";
    check_sealing(
        aes,
        &key,
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        value,
        body,
    );
}

/// DER of two numbers of 256 bits: how SM2 and ECDSA signatures are written.
fn der(r: &str, s: &str) -> Vec<u8> {
    let number = |digits: &str| {
        let mut bytes = hex(digits);
        while bytes.len() > 1 && bytes[0] == 0 && bytes[1] < 0x80 {
            bytes.remove(0);
        }
        if bytes[0] >= 0x80 {
            bytes.insert(0, 0);
        }
        [vec![2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    };
    let both = [number(r), number(s)].concat();
    [vec![0x30, u8::try_from(both.len()).unwrap()], both].concat()
}

#[test]
fn sm2_agrees_with_gb_t_32918() {
    let signs = Algorithm::Sm2Sm3.signs().unwrap();
    let private = secret("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
    let public = signs.public_key(&private).unwrap();
    let point = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                 ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    assert!(to_hex(&public).ends_with(point), "the public key follows from the private one");
    // The standard signs with a number k of its own, so that its signature is verified, not made.
    let printed = der(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3",
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA",
    );
    signs.verify(&public, b"message digest", &printed).unwrap();
    assert!(signs.verify(&public, b"message digesT", &printed).is_err());
    let own = signs.sign(&private, b"message digest").unwrap();
    signs.verify(&public, b"message digest", &own).unwrap();
}

#[test]
fn ed25519_agrees_with_rfc_8032() {
    let signs = Algorithm::Ed25519.signs().unwrap();
    let check = |private: &str, public: &str, message: &str, signature: &str| {
        let (private, message) = (secret(private), hex(message));
        let der = signs.public_key(&private).unwrap();
        assert!(to_hex(&der).ends_with(public));
        assert_eq!(to_hex(&signs.sign(&private, &message).unwrap()), signature);
        signs.verify(&der, &message, &hex(signature)).unwrap();
    };
    check(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
         d25bf5f0595bbe24655141438e7a100b",
    );
    check(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c\
         387b2eaeb4302aeeb00d291612bb0c00",
    );
}

#[test]
fn ecdsa_on_p_256_agrees_with_rfc_6979() {
    let signs = Algorithm::EcdsaP256.signs().unwrap();
    let private = secret("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    let public = signs.public_key(&private).unwrap();
    let point = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                 7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
    assert!(to_hex(&public).ends_with(point));
    let check = |message: &[u8], r: &str, s: &str| {
        assert_eq!(to_hex(&signs.sign(&private, message).unwrap()), to_hex(&der(r, s)));
        signs.verify(&public, message, &der(r, s)).unwrap();
    };
    check(
        b"sample",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    );
    check(
        b"test",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    );
}

#[test]
fn a_key_of_another_length_is_refused() {
    for algorithm in [Algorithm::Sm4Gcm, Algorithm::Aes256Gcm] {
        let seals = algorithm.seals().unwrap();
        let short = secret("00");
        let refused = seals.seal(&short, &[0; NONCE], b"", b"x");
        assert!(matches!(refused, Err(CryptoError::Primitive(_))), "{algorithm}");
    }
}
