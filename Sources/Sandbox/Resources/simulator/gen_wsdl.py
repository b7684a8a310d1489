#!/usr/bin/env python3
"""Write the WSDL of the vim25 API from the type tables of pyvmomi 8.0.3.0.1.

usage: gen_wsdl.py OUTDIR VERSION       VERSION: 6.0, 6.5, 6.7, 6.8, 7.0 or 8.0

Four files are made: vimService.wsdl, vim.wsdl, vim-messagetypes.xsd and vim-types.xsd. Types and
properties that are newer than VERSION are left out. Only pyvmomi is read, which is published under
the Apache licence; nothing comes from VMware's own WSDL files.

Nova (since Pike) always fetches https://VCENTER/sdk/vimService.wsdl, so the simulator serves these.
"""
import os
import sys

from pyVmomi import VmomiSupport as vmomi  # importing it fills the *DefMap tables

VERSIONS = ['version%d' % i for i in range(0, 15)]
# The last of those names in a release that has one; later releases are called v7_0, v8_0_0_1, ...
LAST = {'6.0': 'version10', '6.5': 'version11', '6.7': 'version12', '6.8': 'version14'}
KNOWN = sorted(LAST) + ['7.0', '8.0']
PRIMITIVES = {
    'string': 'string', 'boolean': 'boolean', 'int': 'int', 'long': 'long', 'float': 'float',
    'short': 'short', 'byte': 'byte', 'double': 'double', 'anyType': 'anyType',
    'vmodl.DateTime': 'dateTime', 'vmodl.Binary': 'base64Binary', 'vmodl.URI': 'anyURI',
    'vmodl.TypeName': 'string', 'vmodl.MethodName': 'string', 'vmodl.PropertyPath': 'string',
}
ROOTS = (None, 'vmodl.DataObject', 'DataObject')
WRAPPER = 'vmodl.LocalizedMethodFault'
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SCHEMA = ('<schema targetNamespace="urn:vim25" xmlns="http://www.w3.org/2001/XMLSchema" '
          'xmlns:vim25="urn:vim25" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
          'elementFormDefault="qualified">\n')


def is_vim(name):
    return name.startswith(('vim.', 'vmodl.')) or name in ('DataObject', 'ManagedObject')


class Tables:
    """What pyvmomi knows of the types that exist in one release.

    A data type is [name, wire name, parent, version, properties], a property is
    [name, type, version, flags].
    """

    def __init__(self, release):
        self.release = release
        self.data = {n: d for n, d in vmomi._dataDefMap.items() if is_vim(n) and self.exists(d[3])}
        self.managed = {n: d for n, d in vmomi._managedDefMap.items() if is_vim(n) and self.exists(d[3])}
        self.enums = {n: d for n, d in vmomi._enumDefMap.items() if is_vim(n) and self.exists(d[2])}
        if WRAPPER in self.data:  # pyvmomi hides this wrapper, which is on the wire
            _, _, _, version, properties = self.data[WRAPPER]
            self.data[WRAPPER] = [WRAPPER, 'LocalizedMethodFault', 'vmodl.DynamicData', version, properties]

    def exists(self, version):
        space, _, name = (version or '').partition('.version.')
        if space.startswith('vmodl'):
            return True
        if space != 'vim':
            return False
        if name in VERSIONS:
            return self.release not in LAST or VERSIONS.index(name) <= VERSIONS.index(LAST[self.release])
        return self.release not in LAST and name[1:].replace('_', '.')[:3] <= self.release

    def is_fault(self, name):
        while name in self.data:
            if name == 'vmodl.MethodFault':
                return True
            name = self.data[name][2]
        return False

    def wire_type(self, name, raw=False):
        """The type as it travels; None for one that is newer than the release."""
        if not raw and self.is_fault(name):
            return 'vim25:LocalizedMethodFault'
        if name in PRIMITIVES:
            return 'xsd:' + PRIMITIVES[name]
        for table in (self.data, self.enums):
            if name in table:
                return 'vim25:' + table[name][1]
        if name in vmomi._managedDefMap or name in ('vmodl.ManagedObject', 'ManagedObject'):
            return 'vim25:ManagedObjectReference'
        if name in vmomi._dataDefMap or name in vmomi._enumDefMap:
            return None
        raise SystemExit('gen_wsdl.py: type %s is not in the tables of this pyvmomi; take 8.0.3.0.1' % name)

    def element(self, name, kind, flags, raw=False):
        array = kind.endswith('[]')
        # Links to data objects travel as the key of the object.
        wire = 'xsd:string' if flags & vmomi.F_LINK else self.wire_type(kind[:-2] if array else kind, raw)
        if wire is None:
            return ''
        return '<element name="%s" type="%s"%s%s/>' % (
            name, wire, ' minOccurs="0"' if flags & vmomi.F_OPTIONAL else '',
            ' maxOccurs="unbounded"' if array else '')


def data_type(tables, definition):
    _, wire, parent, _, properties = definition
    body = ''.join(
        tables.element(p[0], p[1], p[3], raw=wire == 'LocalizedMethodFault')
        for p in properties or ()
        if tables.exists(p[2]) and not (wire == 'MethodFault' and p[0] == 'msg'))
    body = '<sequence>%s</sequence>' % body
    if parent not in ROOTS and parent in tables.data:
        body = '<complexContent><extension base="vim25:%s">%s</extension></complexContent>' % (
            tables.data[parent][1], body)
    return '<complexType name="%s">%s</complexType>' % (wire, body)


def array_type(name, element, kind):
    return ('<complexType name="ArrayOf%s"><sequence><element name="%s" type="%s" minOccurs="0" '
            'maxOccurs="unbounded"/></sequence></complexType>' % (name, element, kind))


def types(tables):
    """Each type of vim-types.xsd; several names of pyvmomi can be one type on the wire."""
    made = {'ManagedObjectReference':
            '<complexType name="ManagedObjectReference"><simpleContent><extension base="xsd:string">'
            '<attribute name="type" type="xsd:string"/></extension></simpleContent></complexType>'}
    for definition in tables.data.values():
        if definition[1] not in made:
            made[definition[1]] = data_type(tables, definition)
    for _, wire, _, values in tables.enums.values():
        if wire not in made:
            made[wire] = '<simpleType name="%s"><restriction base="xsd:string">%s</restriction></simpleType>' % (
                wire, ''.join('<enumeration value="%s"/>' % v for v in values))
    for wire in sorted(made):
        made.setdefault('ArrayOf' + wire, array_type(wire, wire, 'vim25:' + wire))
    for kind in ('string', 'int', 'long', 'short', 'byte', 'boolean', 'double', 'anyType', 'anyURI'):
        name = kind[0].upper() + kind[1:]
        made.setdefault('ArrayOf' + name, array_type(name, kind, 'xsd:' + kind))
    return made.values()


def messages(tables):
    """The requests, responses and faults of vim-messagetypes.xsd, and the names of the operations."""
    made, operations = ['<element name="versionURI" type="xsd:string"/>'], set()
    for definition in tables.managed.values():
        for (_, wire, version, parameters, result, _, _) in definition[5] or ():
            if not tables.exists(version) or wire in operations:
                continue
            operations.add(wire)
            arguments = ''.join(tables.element(p[0], p[1], p[3]) for p in parameters or () if tables.exists(p[2]))
            made.append(
                '<complexType name="%sRequestType"><sequence><element name="_this" '
                'type="vim25:ManagedObjectReference"/>%s</sequence></complexType>'
                '<element name="%s" type="vim25:%sRequestType"/>' % (wire, arguments, wire, wire))
            flags, kind = result[0], result[1]
            value = '' if kind in ('void', None) else tables.element(
                'returnval', kind, flags | (vmomi.F_OPTIONAL if kind.endswith('[]') else 0))
            made.append('<element name="%sResponse"><complexType><sequence>%s</sequence></complexType></element>'
                        % (wire, value))
    for wire in sorted({d[1] for n, d in tables.data.items() if tables.is_fault(n)}):
        made.append('<element name="%sFault" type="vim25:%s"/>' % (wire, wire))
    return made, sorted(operations)


def binding(operations):
    """vim.wsdl: SOAP 1.1, document style, literal use."""
    out = [XML + '<definitions targetNamespace="urn:vim25" xmlns="http://schemas.xmlsoap.org/wsdl/" '
           'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:vim25="urn:vim25" '
           'xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
           '<types><schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:vim25" '
           'xmlns:vim25="urn:vim25" elementFormDefault="qualified">'
           '<include schemaLocation="vim-messagetypes.xsd"/></schema></types>']
    for name in operations:
        out.append('<message name="{0}RequestMsg"><part name="parameters" element="vim25:{0}"/></message>'
                   '<message name="{0}ResponseMsg"><part name="parameters" element="vim25:{0}Response"/></message>'
                   .format(name))
    out.append('<portType name="VimPortType">')
    for name in operations:
        out.append('<operation name="{0}"><input message="vim25:{0}RequestMsg"/>'
                   '<output message="vim25:{0}ResponseMsg"/></operation>'.format(name))
    out.append('</portType><binding name="VimBinding" type="vim25:VimPortType">'
               '<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>')
    for name in operations:
        out.append('<operation name="{0}"><soap:operation soapAction="urn:vim25" style="document"/>'
                   '<input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>'
                   .format(name))
    out.append('</binding></definitions>\n')
    return '\n'.join(out)


SERVICE = (
    XML + '<definitions targetNamespace="urn:vim25Service" xmlns="http://schemas.xmlsoap.org/wsdl/" '
    'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:interface="urn:vim25">'
    '<import location="vim.wsdl" namespace="urn:vim25"/><service name="VimService">'
    '<port binding="interface:VimBinding" name="VimPort">'
    '<soap:address location="https://localhost/sdk/vimService"/></port></service></definitions>\n')


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in KNOWN:
        raise SystemExit('usage: gen_wsdl.py OUTDIR VERSION\nVERSION is one of ' + ', '.join(KNOWN))
    directory, release = sys.argv[1:]
    tables = Tables(release)
    elements, operations = messages(tables)
    # vimService.wsdl is last: who finds it finds the others too.
    files = {
        'vim-types.xsd': XML + SCHEMA + '\n'.join(types(tables)) + '\n</schema>\n',
        'vim-messagetypes.xsd': XML + SCHEMA + '<include schemaLocation="vim-types.xsd"/>\n'
                                + '\n'.join(elements) + '\n</schema>\n',
        'vim.wsdl': binding(operations),
        'vimService.wsdl': SERVICE,
    }
    os.makedirs(directory, exist_ok=True)
    for name, text in files.items():
        with open(os.path.join(directory, name), 'w', encoding='utf-8') as file:
            file.write(text)
    print('vim25 %s: %d data types, %d enumerations, %d operations'
          % (release, len(tables.data), len(tables.enums), len(operations)))


if __name__ == '__main__':
    main()
