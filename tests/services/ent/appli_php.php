<?php
// A site with Debian's php-cas: `RACINE=<CAS root> php -S 127.0.0.1:<port> appli_php.php`.

require 'CAS.php';

$racine = getenv('RACINE');
$cas = parse_url($racine);
$ici = 'http://' . $_SERVER['HTTP_HOST'];
$service = $ici . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

phpCAS::client(CAS_VERSION_3_0, $cas['host'], $cas['port'], $cas['path'], $ici);
// The client assumes https; these tests serve http: its addresses are set one by one, and no certificate is asked.
phpCAS::setServerLoginURL($racine . 'login?service=' . urlencode($service));
phpCAS::setServerServiceValidateURL($racine . 'p3/serviceValidate');
phpCAS::setNoCasServerValidation();
phpCAS::handleLogoutRequests(true, ['127.0.0.1']);
phpCAS::forceAuthentication();
header('Content-Type: application/json');
echo json_encode(['user' => phpCAS::getUser(), 'attributes' => phpCAS::getAttributes()]);
